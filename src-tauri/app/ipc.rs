//! Every command and event, listed once.

use std::path::Path;

use tauri::Runtime;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::commands::{
    cleaning, copies, ghost, history, jobs, library, listening, mastering, models, playback, projects,
    recording, seeing, settings,
};
use crate::events::StudioEvent;

/// Returns the wire between the page and the use cases.
pub fn wire<R: Runtime>() -> Builder<R> {
    Builder::<R>::new()
        .commands(collect_commands![
            settings::welcome,
            settings::get_settings,
            settings::save_settings,
            ghost::get_palette,
            ghost::understand,
            ghost::generate,
            ghost::get_peaks,
            ghost::export_take,
            jobs::list_jobs,
            jobs::cancel_job,
            jobs::pause_job,
            jobs::resume_job,
            jobs::retry_job,
            jobs::set_job_priority,
            jobs::clear_finished_jobs,
            cleaning::clean_sound,
            cleaning::split_sound,
            cleaning::hear_notes,
            cleaning::get_notes,
            cleaning::save_notes,
            cleaning::export_notes,
            mastering::list_mastering_presets,
            mastering::master_files,
            mastering::get_mastering,
            models::get_shelf,
            models::fetch_model,
            models::get_cache_stats,
            models::clear_cache,
            models::run_doctor,
            playback::load_take,
            playback::play,
            playback::pause,
            playback::stop,
            playback::seek,
            playback::set_volume,
            playback::list_output_devices,
            playback::get_playback,
            playback::watch_meters,
            listening::play_sounds,
            listening::queue_sounds,
            listening::unqueue_sound,
            listening::play_entry,
            listening::next_sound,
            listening::previous_sound,
            listening::loop_selection,
            listening::set_speed,
            listening::set_crossfade,
            listening::set_repeat,
            listening::scrub,
            listening::compare_sounds,
            listening::hear_side,
            listening::restart_meters,
            recording::list_input_devices,
            recording::get_recorder,
            recording::open_input,
            recording::close_input,
            recording::set_monitor,
            recording::record,
            recording::stop_recording,
            recording::watch_input,
            library::search_library,
            library::get_library_status,
            library::get_sound,
            library::preview_import,
            library::import_sounds,
            library::remove_sounds,
            library::rate_sounds,
            library::edit_tags,
            library::get_cover,
            library::set_cover,
            library::get_sound_peaks,
            library::get_beats,
            library::analyse_sounds,
            library::cancel_analysis,
            library::check_library,
            library::relink_sound,
            library::relink_sounds,
            library::list_collections,
            library::create_collection,
            library::rename_collection,
            library::delete_collection,
            library::add_to_collection,
            library::remove_from_collection,
            seeing::get_sound_wave,
            seeing::get_loudness_curve,
            seeing::get_spectrogram_tile,
            history::get_timeline,
            history::save_version,
            history::suggest_message,
            history::name_version,
            history::star_version,
            history::make_branch,
            history::switch_branch,
            history::merge_branch,
            history::get_merge,
            history::resolve_conflict,
            history::hear_conflict,
            history::restore_version,
            history::restore_part,
            history::restore_file,
            history::list_version_files,
            history::compare_versions,
            history::compare_sound,
            history::get_version_wave,
            history::play_version,
            history::audition_versions,
            history::get_prune_plan,
            history::prune_history,
            history::check_history,
            history::mend_history,
            history::keep_outside_change,
            copies::list_copies,
            copies::add_copy,
            copies::remove_copy,
            copies::sync_copy,
            copies::restore_from_copy,
            copies::save_recovery_sheet,
            projects::list_projects,
            projects::new_project,
            projects::open_project,
            projects::open_project_folder,
            projects::get_project,
            projects::rename_project,
            projects::set_lyrics,
            projects::use_take,
            projects::star_take,
            projects::delete_take,
            projects::rename_take,
            projects::set_strip,
            projects::undo,
            projects::redo,
            projects::check_drop,
            projects::read_lyrics_file,
        ])
        .events(collect_events![StudioEvent])
        .error_handling(ErrorHandlingMode::Throw)
        .disable_serde_phases()
        // JSON has no NaN; a number that may be null everywhere would hide the ones that may.
        .semantic_types(specta_typescript::semantic::Configuration::empty().enable_lossless_floats())
}

/// Writes the TypeScript of everything that crosses the wire to `path`.
///
/// # Errors
/// When a type cannot be written in TypeScript, or the file not at all.
pub fn write_bindings(path: &Path) -> Result<(), String> {
    let header =
        "/* eslint-disable */\n// Generated from the Rust side by `cargo xtask bindings`; never edited.\n";
    let types = specta_typescript::Typescript::default().header(header);
    wire::<tauri::Wry>().export(types, path).map_err(|error| error.to_string())
}
