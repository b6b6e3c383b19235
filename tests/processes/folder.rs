//! The folder of the app's files is used by one process at a time, and private to its owner whatever the umask.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use guildhall_client::views::Status;
use guildhall_tests::{Answer, Core, Order};

#[tokio::test]
async fn two_processes_never_have_one_folder() -> Result<()> {
    let outer = tempfile::tempdir()?;
    let folder = outer.path().join("guildhall");
    let mut first = Core::start(&folder)?;
    ensure!(matches!(first.ask::<Status>(&Order::Status).await?, Answer::Done(_)), "it is open");
    let second = Core::start(&folder)?.ask::<Status>(&Order::Status).await;
    ensure!(second.is_err(), "the second ends by itself: {second:?}");
    ensure!(matches!(first.ask::<Status>(&Order::Status).await?, Answer::Done(_)), "the first is unharmed");
    // A kill releases the folder.
    first.restart().await?;
    ensure!(matches!(first.ask::<Status>(&Order::Status).await?, Answer::Done(_)), "it is open again");
    first.kill().await
}

#[test]
fn no_umask_opens_the_folder_to_others() -> Result<()> {
    let client = guildhall_tests::program("client")?;
    for umask in ["022", "000"] {
        let outer = tempfile::tempdir()?;
        let folder = outer.path().join("above/guildhall");
        let script = format!("umask {umask}; exec \"$0\" \"$1\"");
        let mut core = Command::new("sh");
        core.args(["-c", &script]).args([client.as_os_str(), folder.as_os_str()]);
        ensure!(core.stdin(Stdio::null()).status()?.success(), "it ends once there are no orders");
        for (path, mode) in [("", 0o700), ("lock", 0o600), ("settings.json", 0o600)] {
            let found = std::fs::metadata(folder.join(path))?.permissions().mode() & 0o777;
            ensure!(found == mode, "umask {umask}: {path:?} has {found:o}");
        }
    }
    Ok(())
}
