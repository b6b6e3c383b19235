//! The window opens for people who are signed in, and for newcomers.

use anyhow::Result;
use guildhall_tests::{App, Registry, SAM, Stage};

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn two_people_open_their_apps_side_by_side() -> Result<()> {
    let stage = Stage::set("opening")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;

    let mut sam = App::new(&stage, "sam", &registry)?;
    let mut newcomer = App::new(&stage, "newcomer", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    newcomer.open().await?;

    sam.sees("Projects").await?;
    sam.inspect("find-light").await?;
    newcomer.inspect("welcome-light").await?;

    sam.kill().await?;
    sam.open().await?;
    sam.sees("Projects").await
}
