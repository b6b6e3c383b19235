//! The start of every run: a small registry, and laptops with signed-in people and the catalogue. It is built once by
//! performing those steps, and copied for each run.

use std::path::Path;

use anyhow::{Context, Result};
use guildhall_protocol::ProjectId;
use guildhall_registry::{ProjectOptions, import_councils, import_projects, import_services};
use tempfile::TempDir;

use super::env::Keyring;
use super::laptop::copy_folder;
use super::people::{ALEX, LAPTOPS, ROBIN, SAM};
use super::{ADDRESS, Simulation};

const COUNCILS: &str = "\
local-authority-code,official-name,nation,region
BCH,Barchester City Council,England,South West
CAS,Casterbridge Borough Council,England,South West
LLA,Llareggub Town Council,Wales,Wales
";
const SERVICES: &str = "lgsl_code,name\n7,Bins\n99,Trees\n";
const PROJECTS: &str = "\
council,title,problem,contact
BCH,Missed bins,Residents ring us,digital@barchester.example
BCH,Trees on the green,Nobody knows them,digital@barchester.example
BCH,Pay for a permit,It takes weeks,digital@barchester.example
CAS,Blue badges,Too many forms,digital@casterbridge.example
CAS,Allotments,The list is long,digital@casterbridge.example
LLA,Milk rounds,The milk is late,digital@llareggub.example
";

/// The start of every run.
pub struct Template {
    pub(super) folder: TempDir,
    pub(super) keyrings: Vec<Keyring>,
    pub(super) projects: Vec<(ProjectId, &'static str)>,
}

impl Template {
    /// Builds the template.
    ///
    /// # Errors
    /// Any step fails, in which case nothing else would work either.
    pub fn new() -> Result<Self> {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(build())
    }
}

/// A folder in memory where possible, so that thousands of runs do not wear out a disk.
pub(super) fn scratch() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("guildhall-simulation-");
    Ok(match builder.tempdir_in(memory) {
        Ok(folder) => folder,
        Err(_) => builder.tempdir()?,
    })
}

async fn build() -> Result<Template> {
    let (scratch_folder, folder) = (scratch()?, scratch()?);
    let mut simulation = Simulation::begin_empty(scratch_folder).await?;
    let registry = simulation.town.registry.clone();
    let file = |name: &str, text: &str| -> Result<_> {
        let path = folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path)
    };
    import_councils(&registry, &file("councils.csv", COUNCILS)?).await?;
    import_services(&registry, &file("services.csv", SERVICES)?).await?;
    import_projects(&registry, &file("projects.csv", PROJECTS)?, &ProjectOptions::default()).await?;
    for person in [SAM, ALEX] {
        let domain = person.email.split_once('@').map_or("", |(_, domain)| domain);
        registry.add_domain(domain, &person.council.parse()?).await?;
    }
    // Leads' submissions are published at once: the simulation does not cover reviews.
    for person in [SAM, ROBIN, ALEX] {
        registry.add_lead(person.email, &person.council.parse()?).await?;
    }
    for who in 0..LAPTOPS.len() {
        let client = simulation.laptops[who].client.clone();
        simulation.laptops[who].act(async move { format!("{:?}", client.use_registry(ADDRESS).await.err()) });
        simulation.quiet().await?;
        simulation.drain(who).await?;
        // From now on there is a registry to sync with.
        simulation.laptops[who].die_and_start().await?;
        simulation.sign_in(who).await?;
    }
    simulation.settle().await?;
    let projects = read_projects(&simulation.town.database())?;
    let keyrings = simulation.laptops.iter().map(|laptop| laptop.keyring.copy()).collect();
    let root = simulation.end().await?;
    let town = folder.path().join("town");
    copy_folder(&root.path().join("registry-0"), &town.join("registry-0"))?;
    for (who, _) in LAPTOPS.iter().enumerate() {
        copy_folder(&root.path().join(format!("{who}-1")), &town.join(format!("{who}-0")))?;
    }
    Ok(Template { folder, keyrings, projects })
}

fn read_projects(database: &Path) -> Result<Vec<(ProjectId, &'static str)>> {
    let connection = rusqlite::Connection::open(database)?;
    let mut statement =
        connection.prepare("SELECT id, body FROM records WHERE kind = 'project' ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut projects = Vec::new();
    for row in rows {
        let (id, body) = row?;
        let body: serde_json::Value = serde_json::from_str(&body)?;
        let council = body["council"].as_str().context("a project without a council")?;
        if let Some(person) = LAPTOPS.iter().find(|person| person.council == council) {
            projects.push((id.parse()?, person.council));
        }
    }
    Ok(projects)
}
