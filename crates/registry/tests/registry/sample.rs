//! The sample and generated records: valid, reproducible, and without real people.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_protocol::changes::ChangeLine;
use guildhall_protocol::validate::validate;
use guildhall_protocol::{Council, Phase, Project, Service, Update};
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::test_registry::{Mirror, TestRegistry};

fn all<T: DeserializeOwned>(mirror: &Mirror, kind: &str) -> BTreeMap<String, T> {
    let lines = mirror.records.values().filter(|line| line.kind == kind);
    let read = |line: &ChangeLine| serde_json::from_value(Value::Object(line.body.clone().unwrap())).unwrap();
    lines.map(|line| (line.id.clone(), read(line))).collect()
}

/// Everything that someone at a council can see.
async fn seen(stage: &TestRegistry) -> Mirror {
    let token = stage.sign_in(crate::test_registry::SAM).await;
    let mut mirror = stage.mirror(Some(&token));
    mirror.sync(&stage.registry, 1000).await;
    mirror
}

#[tokio::test]
async fn every_project_of_the_sample_could_be_sent() {
    let stage = TestRegistry::sample().await;
    let mirror = seen(&stage).await;
    let projects: BTreeMap<String, Project> = all(&mirror, "project");
    let services: BTreeMap<String, Service> = all(&mirror, "service");
    let councils: BTreeMap<String, Council> = all(&mirror, "council");
    assert!(projects.len() >= 60);
    let today = stage.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for (id, project) in &projects {
        let title = &project.title;
        assert_eq!(validate(project), [], "{title}");
        let council = &councils[project.council.as_str()];
        assert!(council.ended.is_none(), "{title}");
        assert!(
            project.services.iter().all(|service| services.contains_key(&service.to_string())),
            "{title}"
        );
        assert!(!project.services.is_empty() && !project.tags.is_empty() && !project.summary.is_empty());
        let dates = project.phase_dates.values().flat_map(|dates| [dates.started, dates.ended]);
        assert!(dates.flatten().all(|date| date <= today), "{title}");
        assert_eq!(project.unclaimed, project.confirmed_at.is_none(), "{title}");
        assert!(project.confirmed_at.is_none_or(|confirmed| confirmed <= stage.now()), "{title}");
        assert!(project.created_at <= project.confirmed_at || project.unclaimed, "{title}");
        if let Some(dates) = project.phase_dates.get(&project.phase) {
            assert!(dates.ended.is_none() || project.phase == Phase::Stopped, "{title}: {id}");
        }
        if matches!(project.phase, Phase::Stopped | Phase::Retired) {
            assert!(!project.learned.is_empty(), "{title}");
        }
    }
    let updates: BTreeMap<String, Update> = all(&mirror, "update");
    assert!(updates.values().all(|update| projects.contains_key(&update.project.to_string())));
    assert!(updates.values().all(|update| update.at <= stage.now()));
    assert!(
        updates.values().filter(|update| update.happens_at.is_some_and(|at| at > stage.now())).count() >= 4
    );
}

#[tokio::test]
async fn the_sample_is_varied_enough_to_show_everything() {
    let stage = TestRegistry::sample().await;
    let mirror = seen(&stage).await;
    let projects: BTreeMap<String, Project> = all(&mirror, "project");
    let councils: BTreeMap<String, Council> = all(&mirror, "council");
    let distinct = |of: &dyn Fn(&Project) -> String| projects.values().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(&|project| format!("{:?}", project.phase)), Phase::ALL.len());
    assert_eq!(distinct(&|project| format!("{:?}", project.approach)), 4);
    assert_eq!(distinct(&|project| format!("{:?}", project.collaboration)), 5);
    assert_eq!(distinct(&|project| project.lang.clone()), 2);
    assert!(distinct(&|project| format!("{:?}", project.visibility)) >= 3);
    let nations: BTreeSet<_> = councils.values().map(|council| council.nation).collect();
    assert_eq!(nations.len(), 4);
    let year_ago = stage.now() - SignedDuration::from_hours(24 * 365);
    let count =
        |wanted: &dyn Fn(&Project) -> bool| projects.values().filter(|project| wanted(project)).count();
    assert!(count(&|project| project.unclaimed) >= 4);
    assert!(count(&|project| project.confirmed_at.is_some_and(|at| at < year_ago)) >= 5);
    assert!(count(&|project| project.council.as_str() == "BCH") >= 5);
    // Themes overlap: most important tags are used by more than one council.
    for tag in ["bins", "change of address", "damp and mould", "blue badge", "chatbots", "taxi licensing"] {
        let with: BTreeSet<_> =
            projects.values().filter(|p| p.tags.contains(tag)).map(|p| p.council.clone()).collect();
        assert!(with.len() >= 2, "{tag}");
    }
}

#[tokio::test]
async fn nothing_in_the_sample_leads_to_anybody_real() {
    let stage = TestRegistry::sample().await;
    for line in seen(&stage).await.records.into_values() {
        let text = serde_json::to_string(&line.body).unwrap();
        for address in
            text.split(['"', ' ', '(', ')', '\\']).filter(|word| word.contains("://") || word.contains('@'))
        {
            let host = address.rsplit(['@']).next().unwrap().trim_start_matches("https://");
            let host = host.split('/').next().unwrap();
            assert!(host.ends_with(".example"), "{address}");
        }
    }
}

#[tokio::test]
async fn a_second_time_changes_nothing_even_a_month_later() {
    let stage = TestRegistry::sample().await;
    stage.registry.generate(50, 7).await.unwrap();
    let before = seen(&stage).await;
    stage.clock.turn(SignedDuration::from_hours(24 * 30));
    let tally = stage.registry.sample().await.unwrap();
    assert_eq!((tally.new, tally.changed), (0, 0));
    let made = stage.registry.generate(50, 7).await.unwrap();
    assert_eq!((made.tally.new, made.tally.changed), (0, 0));
    let after = seen(&stage).await;
    assert_eq!((after.records, after.cursor), (before.records, before.cursor));
}

#[tokio::test]
async fn a_seed_makes_the_same_projects_in_every_registry() {
    let (one, two) = (TestRegistry::empty().await, TestRegistry::empty().await);
    for stage in [&one, &two] {
        stage.registry.generate(200, 7).await.unwrap();
    }
    let (mut first, mut second) = (one.mirror(None), two.mirror(None));
    first.sync(&one.registry, 1000).await;
    second.sync(&two.registry, 1000).await;
    assert_eq!(first.records, second.records);
    let projects: BTreeMap<String, Project> = all(&first, "project");
    assert_eq!(projects.len(), 200);
    for project in projects.values() {
        assert_eq!(validate(project), [], "{}", project.title);
    }
    one.registry.generate(10, 8).await.unwrap();
    first.sync(&one.registry, 1000).await;
    assert_eq!(first.count("project"), 210);
}

#[tokio::test]
async fn someone_at_a_made_up_council_can_work_there() {
    let stage = TestRegistry::empty().await;
    let made = stage.registry.generate(1, 1).await.unwrap();
    let (code, domain) = &made.councils[0];
    let token = stage.sign_in(&format!("team@{domain}")).await;
    let record = stage.new_id();
    let body = crate::test_registry::new_project(&record, code.as_str(), "Bins");
    assert_eq!(stage.publish(&token, body).await.version, 1);
}
