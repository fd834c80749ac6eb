//! Figures that no studio wrote are put in their places too.

use crate::lanes::{place, store};
use crate::node::{Fields, Node, number};

fn fields<const N: usize>(fields: [(&str, Node); N]) -> Node {
    Node::Fields(fields.into_iter().map(|(key, node)| (key.to_owned(), node)).collect::<Fields>())
}

fn text(text: &str) -> Node {
    Node::Value(text.into())
}

fn items<const N: usize>(items: [Node; N]) -> Node {
    Node::Items(items.into_iter().map(|item| (item.text("id").to_owned(), item)).collect())
}

#[test]
fn a_clip_or_a_section_at_the_end_of_all_numbers_is_placed_and_comes_back() {
    for (far, length) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (i64::MAX, i64::MAX)] {
        let spans = |id: &str, start: i64, length: i64, section: &str| {
            fields([
                ("id", text(id)),
                ("section", text(section)),
                ("start", number(start)),
                ("length", number(length)),
            ])
        };
        let clips = items([spans("c", far, length, "a"), spans("d", length, far, "b")]);
        let stored = fields([
            ("arrangement", fields([("take", text("t")), ("length", number(far))])),
            ("sections", items([spans("a", far, length, ""), spans("b", length, far, "")])),
            ("tracks", items([fields([("id", text("drums")), ("clips", clips)])])),
        ]);
        let placed = place(stored);
        let clip = |tree: &Node| {
            let track = tree.items("tracks").first().map(|(_, track)| track.clone()).expect("the track");
            track.items("clips").first().map(|(_, clip)| clip.clone()).expect("the clip")
        };
        let found = clip(placed.field("lanes").expect("lanes"));
        assert_eq!((found.int("offset"), found.int("stretch")), (0, 0), "it fills its section");
        assert_eq!(clip(&store(placed)).text("section"), "a");
    }
}
