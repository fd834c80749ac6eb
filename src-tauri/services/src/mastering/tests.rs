use super::*;

#[test]
fn files_of_one_name_get_numbers() {
    let files = ["a/Song.wav", "b/song.flac", "c/other.wav"].map(str::to_owned);
    let places = places(&files, Path::new("out"), "mp3");
    assert_eq!(places, ["out/Song.mp3", "out/song 2.mp3", "out/other.mp3"].map(PathBuf::from));
}
