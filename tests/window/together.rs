//! What the people of a council and coordinators do together: they invite an editor, review a first project offline,
//! add a domain, sign out a lost laptop, remove a project and merge councils.

use anyhow::{Result, ensure};
use guildhall_tests::{App, Registry, SAM, Stage};

use crate::drafting::draft;

const KIM: &str = "kim.digital@barchester.example";
const PAT: &str = "pat.hub@network.example";
const JO: &str = "jo@shared-services.example";
const ALEX: &str = "alex.digital@casterbridge.example";
const BARCHESTER: &str = "Barchester City Council";
const CASTERBRIDGE: &str = "Casterbridge District Council";

/// A running registry, and an app for each of these people, signed in.
async fn set<const N: usize>(name: &str, people: [(&str, &str); N]) -> Result<(Stage, Registry, [App; N])> {
    let stage = Stage::set(name)?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut apps = Vec::with_capacity(N);
    for (folder, email) in people {
        let mut app = App::new(&stage, folder, &registry)?;
        app.open_signed_in(&registry, email).await?;
        app.sees("Connected").await?;
        apps.push(app);
    }
    let apps = apps.try_into().map_err(|_| anyhow::anyhow!("not as many apps as people"))?;
    Ok((stage, registry, apps))
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_lead_checks_an_editors_first_project_offline() -> Result<()> {
    let (_stage, mut registry, [mut sam, kim]) = set("together", [("sam", SAM), ("kim", KIM)]).await?;

    sam.follow("Our council").await?;
    sam.follow("People").await?;
    sam.sees("People at Barchester City Council").await?;
    sam.fill("Email address", "kim").await?;
    sam.press("Send invitation").await?;
    sam.sees("Enter an email address in the correct format").await?;
    sam.fill("Email address", KIM).await?;
    sam.press("Send invitation").await?;
    sam.sees("Pending invitations").await?;
    sam.inspect("people-light").await?;

    kim.follow("Inbox").await?;
    kim.sees("sam.digital@barchester.example invited you to be an editor for Barchester City Council")
        .await?;
    kim.inspect("inbox-invited-light").await?;
    kim.press("Accept the invitation from Barchester City Council").await?;
    kim.sees("You can now act for Barchester City Council").await?;

    draft(&kim, "Allotment waiting list", "know when a plot is mine").await?;
    kim.press("Send for review").await?;
    kim.sees("or a coordinator if it has none, will review it before it is published").await?;
    kim.follow("My work").await?;
    kim.sees("With Barchester City Council for review").await?;
    kim.follow("Allotment waiting list").await?;
    kim.sees("Withdraw and edit").await?;
    kim.inspect("in-review-light").await?;

    // Sam has received the review, and loses the connection.
    sam.follow("Inbox").await?;
    sam.sees("Allotment waiting list").await?;
    sam.inspect("inbox-light").await?;
    registry.stop().await?;
    sam.sees("Offline").await?;
    sam.follow("Allotment waiting list").await?;
    sam.sees("kim.digital@barchester.example wants to publish this new project").await?;
    sam.press("Send decision").await?;
    sam.sees("Select what you want to do").await?;
    sam.choose("Ask for changes").await?;
    sam.press("Send decision").await?;
    sam.sees("Enter your comments for the author").await?;
    sam.inspect("review-light").await?;
    for (size, theme) in [("100%", "Dark"), ("200%", "Light"), ("100%", "Light")] {
        sam.follow("Settings").await?;
        sam.follow("Theme and text size").await?;
        sam.choose(theme).await?;
        sam.choose(size).await?;
        sam.follow("Inbox").await?;
        sam.follow("Allotment waiting list").await?;
        sam.sees("What do you want to do?").await?;
        sam.inspect(&format!("review-{}-{size}", theme.to_lowercase())).await?;
    }
    sam.choose("Approve and publish").await?;
    sam.press("Send decision").await?;
    sam.sees("Decision waiting to send").await?;
    sam.inspect("decided-light").await?;
    sam.sees("1 waiting to send").await?;
    sam.kill().await?;
    sam.open().await?;
    sam.follow("Inbox").await?;
    sam.sees("Waiting to send").await?;
    ensure!(!sam.shows("Published").await?, "nothing is said to be published yet");

    registry.start().await?;
    sam.sees("Nothing to review").await?;
    kim.follow("My work").await?;
    kim.sees("Published").await?;
    sam.fill("Search", "allotment waiting").await?;
    sam.sees("Allotment waiting list").await?;

    // An editor's next project is published without a review.
    draft(&kim, "Beach hut permits", "renew my permit").await?;
    kim.press("Publish now").await?;
    kim.sees("Anyone on the internet can see it").await?;
    kim.follow("My work").await?;
    kim.sees_no_more("Waiting to send").await?;
    ensure!(!kim.shows("for review").await?, "only an editor's first project is checked");
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_coordinator_adds_a_domain_that_someone_asked_for() -> Result<()> {
    let stage = Stage::set("domain")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut jo = App::new(&stage, "jo", &registry)?;
    let mut pat = App::new(&stage, "pat", &registry)?;
    jo.open_signed_in(&registry, JO).await?;
    jo.sees("Connected").await?;
    jo.follow("Settings").await?;
    jo.press("Ask to act for a council").await?;
    jo.press("Send request").await?;
    jo.sees("Select a council").await?;
    jo.select("Which council?", BARCHESTER).await?;
    jo.fill("How do you work for this council?", "Three councils own us together").await?;
    jo.inspect("ask-light").await?;
    jo.press("Send request").await?;
    jo.sees("We will email you").await?;

    pat.open_signed_in(&registry, PAT).await?;
    pat.follow("Coordination").await?;
    pat.sees("shared-services.example for Barchester City Council").await?;
    pat.sees("Three councils own us together").await?;
    pat.inspect("coordinators-light").await?;
    pat.press("Add domain shared-services.example for Barchester City Council").await?;
    pat.sees("1 person with an address there has signed in already").await?;
    pat.inspect("coordinators-sure-light").await?;
    pat.press("Add domain").await?;
    pat.sees("People with an address at shared-services.example can now act for").await?;
    pat.follow("Activity log").await?;
    pat.sees("Barchester City Council, shared-services.example").await?;
    pat.inspect("audit-light").await?;

    jo.follow("Our council").await?;
    jo.sees(BARCHESTER).await?;
    jo.press("New draft").await?;
    jo.sees("Barchester City Council").await
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_lost_laptop_is_signed_out_at_next_contact() -> Result<()> {
    let stage = Stage::set("lost")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut lost = App::new(&stage, "lost", &registry)?;
    let mut sam = App::new(&stage, "sam", &registry)?;
    lost.open_signed_in(&registry, SAM).await?;
    lost.sees("Connected").await?;
    draft(&lost, "Only on the lost laptop", "not lose what I wrote").await?;
    lost.close().await?;

    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Connected").await?;
    sam.follow("Settings").await?;
    sam.follow("Laptops").await?;
    sam.sees("This laptop").await?;
    sam.inspect("laptops-light").await?;
    let name = gethostname::gethostname().to_string_lossy().into_owned();
    sam.press(&format!("Sign out {name}")).await?;
    sam.sees(&format!("{name} is signed out")).await?;

    lost.open().await?;
    lost.sees("This laptop was signed out from another one").await?;
    lost.sees("Not signed in").await?;
    lost.inspect("signed-out-elsewhere-light").await?;
    let mirrors = lost.files_named("mirror.db")?;
    ensure!(mirrors.iter().all(|path| path.to_string_lossy().contains("anyone")), "{mirrors:?}");
    ensure!(!lost.files_named("work.db")?.is_empty(), "what was written stays");
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn someone_deletes_their_account() -> Result<()> {
    let (_stage, mut registry, [sam]) = set("leaving", [("sam", SAM)]).await?;
    draft(&sam, "Allotment waiting list", "know when a plot is mine").await?;
    sam.follow("Settings").await?;
    sam.follow("Your data").await?;
    sam.sees("Save a copy").await?;
    sam.inspect("own-data-light").await?;
    sam.press("Delete your account").await?;
    sam.sees("We will also delete 1 draft on this laptop").await?;
    sam.press("Delete my account").await?;
    sam.sees("Enter the email address that you are signed in with").await?;
    sam.inspect("delete-account-light").await?;
    sam.fill("Your email address", SAM).await?;
    registry.stop().await?;
    sam.sees("Offline").await?;
    sam.press("Delete my account").await?;
    sam.sees("You are offline").await?;
    registry.start().await?;
    sam.sees("Connected").await?;
    sam.press("Delete my account").await?;
    sam.sees("Your account is deleted").await?;
    sam.sees("Not signed in").await?;
    sam.inspect("account-deleted-light").await?;
    for name in ["mirror.db", "work.db"] {
        let files = sam.files_named(name)?;
        ensure!(files.iter().all(|path| path.to_string_lossy().contains("anyone")), "{files:?}");
    }
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn someone_reports_a_project_and_its_lead_removes_it_for_good() -> Result<()> {
    let (_stage, _registry, [sam, kim]) = set("reports", [("sam", SAM), ("kim", KIM)]).await?;
    draft(&sam, "Allotment waiting list", "know when a plot is mine").await?;
    sam.press("Publish now").await?;
    kim.follow("Our council").await?;
    kim.follow("Allotment waiting list").await?;
    kim.press("Report a problem").await?;
    kim.press("Send report").await?;
    kim.sees("Select what kind of problem it is").await?;
    kim.sees("Enter what is wrong").await?;
    kim.inspect("report-light").await?;
    kim.choose("Something else").await?;
    kim.fill("What is wrong?", "It has somebody’s telephone number in it").await?;
    kim.press("Send report").await?;
    kim.sees("Report sent").await?;

    sam.follow("Our council").await?;
    sam.follow("People").await?;
    sam.sees("It has somebody’s telephone number in it").await?;
    sam.inspect("reported-light").await?;
    sam.follow("Allotment waiting list").await?;
    sam.press("Delete permanently").await?;
    sam.press("Delete project").await?;
    sam.sees("Enter a reason").await?;
    sam.inspect("remove-light").await?;
    sam.fill("Why are you deleting it?", "It had a telephone number in it").await?;
    sam.press("Delete project").await?;
    sam.sees("“Allotment waiting list” deleted").await?;
    kim.sees("Project not found").await?;
    kim.inspect("removed-light").await?;
    Ok(())
}

/// The screens about people that no other test inspects: dark, and with text at twice its size.
#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn people_screens_in_every_theme_and_size() -> Result<()> {
    let (_stage, _registry, [sam, pat]) = set("looks", [("sam", SAM), ("pat", PAT)]).await?;
    for (size, theme) in [("100%", "Dark"), ("200%", "Light")] {
        let look = format!("{}-{size}", theme.to_lowercase());
        for app in [&sam, &pat] {
            app.follow("Settings").await?;
            app.follow("Theme and text size").await?;
            app.choose(theme).await?;
            app.choose(size).await?;
        }
        sam.follow("Laptops").await?;
        sam.sees("This laptop").await?;
        sam.inspect(&format!("laptops-{look}")).await?;
        sam.follow("Your data").await?;
        sam.press("Delete your account").await?;
        sam.sees("You cannot undo this").await?;
        sam.inspect(&format!("delete-account-{look}")).await?;
        sam.press("Keep my account").await?;
        sam.follow("Our council").await?;
        sam.follow("People").await?;
        sam.sees("Invite someone").await?;
        sam.inspect(&format!("people-{look}")).await?;
        sam.follow("Change role of sam.digital@barchester.example").await?;
        sam.choose("Editor").await?;
        sam.press("Change role").await?;
        sam.sees("You will no longer be a lead").await?;
        sam.inspect(&format!("role-{look}")).await?;
        sam.press("Keep my role").await?;
        sam.press("Cancel").await?;
        for (part, seen) in [
            ("Approval", "What needs approval before it is published?"),
            ("Activity", "Activity log of Barchester City Council"),
            ("Data", "Download this council’s data"),
        ] {
            sam.follow(part).await?;
            sam.sees(seen).await?;
            sam.inspect(&format!("{}-{look}", part.to_lowercase())).await?;
        }
        pat.follow("Coordination").await?;
        pat.sees("In the last 7 days").await?;
        pat.inspect(&format!("coordinators-{look}")).await?;
        pat.press("Record a merger or split").await?;
        pat.press("Add another council").await?;
        pat.sees("Area covered by council 2").await?;
        pat.inspect(&format!("merger-{look}")).await?;
        pat.follow("Coordination").await?;
        pat.follow("Activity log").await?;
        pat.sees("Added sample data").await?;
        pat.inspect(&format!("audit-{look}")).await?;
    }
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_lead_takes_over_projects_after_a_merger() -> Result<()> {
    let (_stage, mut registry, [pat, alex]) = set("merger", [("pat", PAT), ("alex", ALEX)]).await?;
    pat.follow("Coordination").await?;
    pat.press("Record a merger or split").await?;
    pat.select("Which council is closing?", BARCHESTER).await?;
    pat.select("Which council replaces it?", CASTERBRIDGE).await?;
    pat.press("Add another council").await?;
    pat.press("Remove council 2").await?;
    for (part, typed) in [("Day", "31"), ("Month", "2"), ("Year", "2026")] {
        pat.fill(part, typed).await?;
    }
    pat.press("Continue").await?;
    pat.sees("The first day of the new council must be a real date").await?;
    pat.inspect("merger-wrong-light").await?;
    pat.fill("Day", "1").await?;
    pat.fill("Month", "4").await?;
    pat.press("Continue").await?;
    pat.sees("we will email the leads of all these councils").await?;
    pat.inspect("merger-check-light").await?;
    registry.stop().await?;
    pat.press("Save and email leads").await?;
    pat.sees("You are offline").await?;
    registry.start().await?;
    pat.press("Save and email leads").await?;
    pat.sees("We have emailed the leads").await?;
    pat.sees("Barchester City Council is replaced from 1 April 2026 by").await?;
    pat.inspect("merger-noted-light").await?;

    alex.follow("Our council").await?;
    alex.follow("People").await?;
    alex.sees("Projects to take over").await?;
    alex.sees("barchester.example, until").await?;
    alex.inspect("take-over-light").await?;
    alex.press("Move projects of Barchester City Council to our council").await?;
    alex.sees("moved to your council").await?;
    alex.inspect("taken-over-light").await?;
    alex.follow("Our council").await?;
    alex.sees("Moving home: tell us once").await
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_coordinator_reads_what_only_a_team_can_see_and_says_why() -> Result<()> {
    let people = [("sam", SAM), ("kim", KIM), ("pat", PAT)];
    let (_stage, mut registry, [sam, kim, pat]) = set("reason", people).await?;
    draft(&sam, "Allotment waiting list", "know when a plot is mine").await?;
    sam.press("Publish now").await?;
    kim.follow("Our council").await?;
    kim.follow("Allotment waiting list").await?;
    kim.press("Report a problem").await?;
    kim.choose("Something else").await?;
    kim.fill("What is wrong?", "It names a resident").await?;
    kim.press("Send report").await?;
    kim.sees("Report sent").await?;
    sam.follow("Our council").await?;
    sam.follow("Allotment waiting list").await?;
    sam.press("Change this project").await?;
    sam.press("Change who can see it").await?;
    sam.choose("Project team only").await?;
    sam.press("Check answers and send").await?;
    sam.press("Save to Guildhall").await?;
    sam.sees("Only the project team can see it").await?;

    pat.follow("Coordination").await?;
    pat.follow("A restricted project").await?;
    pat.sees("This project may be restricted to its team").await?;
    pat.press("View project").await?;
    pat.sees("Enter a reason for the council’s leads").await?;
    pat.inspect("reason-light").await?;
    pat.fill("Why do you need to view it?", "It is reported to name a resident").await?;
    registry.stop().await?;
    pat.press("View project").await?;
    pat.sees("You are offline").await?;
    registry.start().await?;
    pat.press("View project").await?;
    pat.sees("We have emailed them your reason").await?;
    pat.sees("know when a plot is mine").await?;
    pat.inspect("reason-read-light").await?;
    sam.follow("Our council").await?;
    sam.follow("People").await?;
    sam.follow("Activity").await?;
    sam.sees("Viewed a team-only project").await?;
    sam.sees("It is reported to name a resident").await
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn moving_a_project_on_the_board_begins_an_edit() -> Result<()> {
    let (_stage, _registry, [sam]) = set("board", [("sam", SAM)]).await?;
    sam.follow("Our council").await?;
    sam.press("Move Moving home: tell us once to another phase").await?;
    sam.sees("The project does not move until you send it").await?;
    sam.press("Start edit").await?;
    sam.sees("Select a phase").await?;
    sam.inspect("move-light").await?;
    sam.choose("Retired").await?;
    sam.press("Start edit").await?;
    sam.sees("The phase in this draft is now Retired").await?;
    sam.follow("Our council").await?;
    sam.sees("Continue your draft").await
}
