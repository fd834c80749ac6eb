//! The TypeScript on disk is what the Rust side says.

#[test]
fn bindings_are_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/ipc/bindings.ts");
    let folder = tempfile::tempdir().expect("a folder");
    let written = folder.path().join("bindings.ts");
    son1k_studio::ipc::write_bindings(&written).expect("every type can be written in TypeScript");
    let fresh = std::fs::read_to_string(&written).expect("the bindings were written");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    if kept != fresh {
        std::fs::write(path, &fresh).expect("the bindings can be written");
        panic!("ui/src/ipc/bindings.ts was out of date and is written anew: look at it and commit it");
    }
}
