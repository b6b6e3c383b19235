//! Lists the window's commands, so that one which no capability grants is refused.

const COMMANDS: &[&str] = &[
    "look_up_registry",
    "use_registry",
    "services",
    "finish_welcome",
    "start_sign_in",
    "verify_sign_in",
    "what_stays",
    "sign_out",
    "act_for",
    "find",
    "facets",
    "project",
    "council",
    "drafts",
    "new_draft",
    "edit_project",
    "draft",
    "save_draft",
    "check_draft",
    "send_draft",
    "take_back",
    "conflict",
    "choose",
    "undo_choice",
    "settle",
    "kept_texts",
    "bring_back",
    "try_again",
    "remove_draft",
    "export_drafts",
    "matches",
    "start",
    "status",
    "sync_now",
    "stop_sync",
    "work_offline",
    "save_settings",
    "new_id",
    "open_link",
    "close",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=../ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .map_err(|error| format!("{error:#}"))?;
    Ok(())
}
