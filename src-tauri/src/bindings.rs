//! The typed interface between the window and the client: every command and event, and their TypeScript in
//! `ui/src/bindings.ts`, which `cargo xtask bindings` writes.

use guildhall_client::views::Status;
use guildhall_protocol::AuditAction;
use guildhall_protocol::sign_in::CODE_LENGTH;
use guildhall_protocol::validate::LIMITS;
use serde::{Deserialize, Serialize};
use tauri_specta::{Builder, ErrorHandlingMode, Event, collect_commands, collect_events};

use crate::commands::{
    account, catalogue, conflict, drafts, frame, inbox, own_data, people, reports, second_factor, unfinished,
};

/// The status line changed.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub(crate) struct StatusChanged(pub(crate) Status);

/// The catalogue on this laptop changed, so the page must reload the records that it shows.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub(crate) struct CatalogueChanged;

/// A draft changed state: it was queued, sent or published, or needs attention.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub(crate) struct DraftsChanged;

/// The signed-in person, or how long their session lasts, changed.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub(crate) struct AccountChanged;

/// The window is about to close: the page must save unsaved text now, then call `close`.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub(crate) struct Closing;

pub(crate) fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            account::look_up_registry,
            account::use_registry,
            account::services,
            account::finish_welcome,
            account::start_sign_in,
            account::verify_sign_in,
            account::registry,
            account::start_browser_sign_in,
            account::wait_for_browser,
            account::paste_code,
            account::choose_address,
            account::cancel_browser_sign_in,
            account::confirm_address,
            account::sign_out_summary,
            account::sign_out,
            account::act_for,
            catalogue::find,
            catalogue::facets,
            catalogue::project,
            catalogue::council,
            catalogue::council_profile,
            catalogue::service_page,
            catalogue::parts,
            catalogue::needs,
            catalogue::services_in_use,
            catalogue::products,
            catalogue::project_history,
            catalogue::confirm_project,
            catalogue::write_email,
            drafts::drafts,
            drafts::new_draft,
            drafts::edit_project,
            drafts::draft,
            drafts::save_draft,
            drafts::check_draft,
            drafts::send_draft,
            drafts::withdraw_draft,
            conflict::conflict,
            conflict::choose,
            conflict::undo_choice,
            conflict::settle,
            conflict::unused_texts,
            conflict::restore_unused_text,
            drafts::try_again,
            drafts::leave_draft,
            drafts::remove_draft,
            drafts::export_drafts,
            drafts::unreadable,
            drafts::matches,
            drafts::preview_markdown,
            inbox::inbox,
            inbox::review,
            inbox::answer_review,
            inbox::withdraw_answer,
            people::refresh_me,
            people::council_people,
            people::unconfirmed_leads,
            people::vouch,
            people::object,
            people::seats,
            people::remove_seat,
            people::set_council_settings,
            people::invite,
            people::withdraw_invitation,
            people::answer_invitation,
            people::set_role,
            people::remove_access,
            people::ask_for_council,
            people::answer_domain,
            people::name_successors,
            people::remove_successors,
            people::take_over,
            people::coordination,
            people::audit,
            people::devices,
            people::sign_out_device,
            own_data::export_my_data,
            own_data::export_council_data,
            own_data::erase_me,
            reports::report,
            reports::read_with_reason,
            reports::close_report,
            reports::purge,
            second_factor::sign_in_with_second_factor,
            second_factor::second_factor,
            second_factor::verify_second_factor,
            second_factor::begin_second_factor,
            second_factor::confirm_second_factor,
            second_factor::new_recovery_codes,
            second_factor::save_recovery_codes,
            second_factor::turn_off_second_factor,
            second_factor::cancel_my_factor_reset,
            second_factor::reset_second_factor,
            second_factor::cancel_factor_reset,
            unfinished::unfinished,
            unfinished::save_unfinished,
            catalogue::councils,
            frame::start,
            frame::status,
            frame::sync_now,
            frame::stop_sync,
            frame::work_offline,
            frame::save_settings,
            frame::new_id,
            frame::open_link,
            frame::close,
        ])
        .events(collect_events![StatusChanged, CatalogueChanged, DraftsChanged, AccountChanged, Closing])
        .error_handling(ErrorHandlingMode::Result)
        // One TypeScript type for each Rust type, in both directions.
        .disable_serde_phases()
        // No command uses the type: actions are text on the wire, because a newer registry may have more of them.
        .typ::<AuditAction>()
        .constant("LIMITS", LIMITS)
        .constant("CODE_LENGTH", CODE_LENGTH)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    fn always_there(line: &str) -> String {
        if line.starts_with('\t') { line.replacen("?: ", ": ", 1) } else { line.to_owned() }
    }

    /// Writes the file if `GUILDHALL_WRITE_BINDINGS` is set; otherwise fails if it is out of date.
    #[test]
    fn bindings_are_as_committed() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/bindings.ts");
        let dir = tempfile::tempdir().unwrap();
        let fresh = dir.path().join("bindings.ts");
        super::builder().export(specta_typescript::Typescript::default(), &fresh).unwrap();
        let mut text = std::fs::read_to_string(&fresh).unwrap();
        // In the UI, only platform.ts imports Tauri.
        for module in ["core", "event", "webview", "window"] {
            text = text.replace(&format!("\"@tauri-apps/api/{module}\""), "\"./platform\"");
        }
        // A field may be absent between versions on the wire, but never between this window and its own client.
        let text: String = text.lines().map(|line| format!("{}\n", always_there(line))).collect();
        if std::env::var_os("GUILDHALL_WRITE_BINDINGS").is_some() {
            std::fs::write(committed, text).unwrap();
        } else {
            let committed = std::fs::read_to_string(committed).unwrap_or_default();
            assert!(committed == text, "ui/src/bindings.ts is old: run cargo xtask bindings");
        }
    }

    /// A command that is missing from either list is refused when the window calls it.
    #[test]
    fn every_command_is_listed_and_allowed() {
        let (listed, allowed) = (include_str!("../build.rs"), include_str!("../capabilities/main.json"));
        let bindings = include_str!("../../ui/src/bindings.ts");
        let calls = bindings.lines().filter(|line| !line.starts_with("import"));
        let calls = calls.filter_map(|line| line.split_once("__TAURI_INVOKE")?.1.split('"').nth(1));
        let mut count = 0;
        for command in calls {
            assert!(listed.contains(&format!("\"{command}\",")), "build.rs: {command}");
            let permission = format!("\"allow-{}\"", command.replace('_', "-"));
            assert!(allowed.contains(&permission), "capabilities/main.json: {permission}");
            count += 1;
        }
        assert!(count > 50, "only {count} were found");
    }
}
