//! A registry whose configuration would let others read its traffic or its secrets.

use std::os::unix::fs::PermissionsExt as _;

use anyhow::Result;
use guildhall_tests::Registry;

#[tokio::test]
async fn unencrypted_connections_are_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut registry = Registry::in_folder(folder.path()).await?;
    let mail = "mail = \"smtp\"\nmail_from = \"hall@registry.example\"\n";
    for (config, refusal) in [
        (
            "database_url = \"postgres://a:hunter2@db.example/c\"\n".to_owned(),
            "the database is on another machine",
        ),
        (
            format!("{mail}smtp_url = \"smtp://a:hunter2@mail.example\"\n"),
            "the mail server is on another machine",
        ),
    ] {
        registry.configure(&config)?;
        for command in [["config", "check"].as_slice(), &["serve", "--bind", "127.0.0.1:0"]] {
            let refused = registry.command(command).await.unwrap_err().to_string();
            assert!(refused.contains(refusal) && !refused.contains("hunter2"), "{refused}");
        }
    }
    let config = registry.configure(&format!("{mail}smtp_url = \"smtps://a:hunter2@mail.example\"\n"))?;
    for (mode, is_open) in [(0o644, true), (0o600, false)] {
        std::fs::set_permissions(&config, std::fs::Permissions::from_mode(mode))?;
        let check = registry.command(&["config", "check"]).await;
        assert_eq!(check.is_err_and(|error| error.to_string().contains("holds a secret")), is_open);
    }
    Ok(())
}
