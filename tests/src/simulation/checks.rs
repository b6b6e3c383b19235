//! The invariants that must hold once the simulation has settled: every laptop has the records that its person may see,
//! every acknowledged submission took effect once, and every saved word can be found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use guildhall_client::views::Connection as Connected;
use guildhall_protocol::changes::{ChangeLine, LastLine};
use guildhall_protocol::routes;
use http::header;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::Value;

use super::Simulation;
use super::env::Waiting;
use super::people::{LAPTOPS, words_in};

/// Records by kind and id.
type Records = BTreeMap<(String, String), (u32, Value)>;

impl Simulation {
    pub(super) async fn check(&mut self) -> Result<()> {
        for who in 0..LAPTOPS.len() {
            self.check_laptop(who).await.with_context(|| Self::name(who))?;
        }
        let registry = Connection::open(self.town.database())?;
        check_versions(&registry)?;
        // A registry restored from a backup no longer knows what it refused after the backup, and may accept a late
        // copy of it.
        if self.restored.is_empty() {
            self.check_nothing_twice(&registry)?;
        }
        self.check_nothing_was_overwritten(&registry)?;
        self.check_acknowledged(&registry)?;
        self.check_withdrawn(&registry)?;
        self.check_words(&registry)
    }

    /// The laptop says that it is up to date, which is true, and has nothing left to send.
    async fn check_laptop(&self, who: usize) -> Result<()> {
        let status = self.laptops[who].client.status().await;
        let cleared = self.env.as_told_by(who, self.cleared);
        ensure!(
            status.connection == Connected::Connected
                && status.last_error.is_none()
                && !status.sign_in_needed
                && status.last_updated.is_some_and(|at| at.as_millisecond() >= cleared.as_millisecond()),
            "says that it is not up to date at {cleared}: {status:?}"
        );
        for work in self.laptops[who].files("work.db")? {
            let work = Connection::open(work)?;
            let left: i64 = work.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?;
            let queued = "SELECT count(*) FROM drafts WHERE state = 'queued'";
            let queued: i64 = work.query_row(queued, [], |row| row.get(0))?;
            ensure!((left, queued) == (0, 0), "{left} in the outbox and {queued} queued");
        }
        let [mirror] = self.laptops[who].files("mirror.db")?.try_into().ok().context("not one mirror")?;
        let (here, there) = (read_mirror(&mirror)?, self.read_from_zero(who).await?);
        let to_be_seen = self.to_be_seen(LAPTOPS[who].email)?;
        let seen: BTreeSet<_> = there.keys().cloned().collect();
        let differs = seen.symmetric_difference(&to_be_seen).next();
        ensure!(differs.is_none(), "{differs:?} is to be seen, or is not, against what the registry says");
        for (record, body) in &there {
            match here.get(record) {
                None => bail!("{record:?} is missing from the mirror"),
                Some(mirrored) if mirrored != body => {
                    bail!("{record:?} is {mirrored:?} in the mirror, not {body:?}")
                }
                Some(_) => {}
            }
        }
        let more = here.keys().find(|record| !there.contains_key(record));
        ensure!(more.is_none(), "{more:?} is in the mirror, and is not to be seen");
        Ok(())
    }

    /// Every record that someone at a council may see, computed from the audience cells themselves.
    fn to_be_seen(&self, email: &str) -> Result<BTreeSet<(String, String)>> {
        let registry = Connection::open(self.town.database())?;
        let mut statement = registry.prepare(
            "SELECT kind, id FROM records WHERE cell IN ('public', 'members', 'councils') OR cell IN
                 (SELECT 'team:' || project FROM seats JOIN people ON people.id = seats.person
                  JOIN memberships ON memberships.person = seats.person AND memberships.council = seats.council
                  WHERE email = ?1 AND memberships.state = 'active')
             OR cell IN (SELECT 'team:' || projects.id FROM records AS projects
                         JOIN memberships ON memberships.council = projects.council
                         JOIN people ON people.id = memberships.person
                         WHERE email = ?1 AND memberships.role = 'lead' AND memberships.confirmed_by <> ''
                             AND memberships.state = 'active')",
        )?;
        let rows = statement.query_map([email], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every record that the person may see, read as a laptop without a mirror reads them.
    async fn read_from_zero(&self, who: usize) -> Result<Records> {
        let tokens = self.env.look(|_, whose, what| match what {
            Waiting::Request { request, .. } if whose == who => {
                request.headers().get(header::AUTHORIZATION).cloned()
            }
            _ => None,
        });
        let token = tokens.into_iter().next().context("it asks for no news")?;
        let (mut records, mut after) = (Records::new(), String::new());
        loop {
            let request = http::Request::get(format!("{}?{after}", routes::CHANGES))
                .header(header::AUTHORIZATION, &token)
                .body(bytes::Bytes::new())?;
            let answer = self.town.ask(request).await?;
            let text = std::str::from_utf8(answer.body())?;
            ensure!(answer.status() == http::StatusCode::OK, "the registry answers {text}");
            let mut lines: Vec<&str> = text.lines().collect();
            let last: LastLine = serde_json::from_str(lines.pop().context("no last line")?)?;
            for line in lines.iter().skip(1) {
                let line: ChangeLine = serde_json::from_str(line)?;
                let body = Value::Object(line.body.context("a record without a body")?);
                records.insert((line.kind, line.id), (line.version, body));
            }
            if !last.more {
                return Ok(records);
            }
            after = format!("after={}", last.cursor);
        }
    }

    /// A word that is missing from a record's next version was removed by somebody who had seen it.
    fn check_nothing_was_overwritten(&self, registry: &Connection) -> Result<()> {
        let mut statement = registry.prepare(
            "SELECT id, version, body FROM (SELECT kind, id, version, body FROM history
                 UNION ALL SELECT kind, id, version, body FROM records)
             WHERE kind = 'project' ORDER BY id, version",
        )?;
        let mut rows = statement.query([])?;
        let mut before: Option<(String, String)> = None;
        while let Some(row) = rows.next()? {
            let (id, version, body): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let there: BTreeSet<&str> = words_in(&body).collect();
            if let Some((_, text)) = before.as_ref().filter(|(same, _)| *same == id) {
                let unseen = |word: &&str| !there.contains(word) && !self.written.was_struck(word);
                let overwritten: Vec<&str> = words_in(text).filter(unseen).collect();
                ensure!(overwritten.is_empty(), "version {version} of {id} overwrote {overwritten:?} unseen");
            }
            before = Some((id, body));
        }
        Ok(())
    }

    /// A submission that was acknowledged as published is published. After an older backup was restored, it was offered
    /// to its author again: its project is in the catalogue again or in a draft, or its author removed that draft.
    fn check_acknowledged(&self, registry: &Connection) -> Result<()> {
        let mut find = registry.prepare(
            "SELECT count(*) FROM submissions JOIN people ON people.id = submissions.person
             WHERE submissions.id = ?1 AND people.email = ?2 AND state = 'published'",
        )?;
        let mut find_record =
            registry.prepare("SELECT count(*) FROM records WHERE kind = 'project' AND id = ?1")?;
        for told in &self.acknowledged {
            let found: i64 = find.query_row([&told.submission, LAPTOPS[told.who].email], |row| row.get(0))?;
            let set_back = self.restored.iter().any(|(of, at)| *of < told.step && told.step <= *at);
            let again = match &told.record {
                Some(record) if set_back => {
                    let found: i64 = find_record.query_row([record], |row| row.get(0))?;
                    found == 1
                        || self.is_being_written(told.who, record)?
                        || self.written.was_given_up(record)
                }
                _ => set_back,
            };
            let (name, step, submission) = (Self::name(told.who), told.step, &told.submission);
            ensure!(
                found == 1 || again,
                "{name} was told in step {step} that {submission} is published, and it is not"
            );
        }
        Ok(())
    }

    /// A submission that was acknowledged as withdrawn was not published later, however late a copy arrived. A registry
    /// restored from an older backup does not know of it.
    fn check_withdrawn(&self, registry: &Connection) -> Result<()> {
        let sql = "SELECT count(*) FROM submissions WHERE id = ?1 AND state = 'published'";
        let mut find = registry.prepare(sql)?;
        let told = self.withdrawn.iter().map(|told| (told.step, told.submission.clone()));
        for (step, submission) in told.chain(self.written.taken_back()) {
            let known = self.restored.iter().all(|(_, at)| *at < step);
            let found: i64 = find.query_row([&submission], |row| row.get(0))?;
            ensure!(found == 0 || !known, "{submission} was taken back in step {step}, and it is published");
        }
        Ok(())
    }

    /// Each body that a laptop sent was published under one id only.
    fn check_nothing_twice(&self, registry: &Connection) -> Result<()> {
        let sql = "SELECT count(*) FROM submissions WHERE id = ?1 AND state = 'published'";
        let mut find = registry.prepare(sql)?;
        for ((who, _), ids) in &self.sent {
            let mut published = 0;
            for id in ids {
                published += find.query_row([id], |row| row.get::<_, i64>(0))?;
            }
            ensure!(
                published <= 1,
                "{} sent something that was published {published} times",
                Self::name(*who)
            );
        }
        Ok(())
    }

    fn is_being_written(&self, who: usize, project: &str) -> Result<bool> {
        let mut drafts = 0;
        for work in self.laptops[who].files("work.db")? {
            let sql = "SELECT count(*) FROM drafts WHERE project = ?1 AND state = 'draft'";
            drafts += Connection::open(work)?.query_row(sql, [project], |row| row.get::<_, i64>(0))?;
        }
        Ok(drafts > 0)
    }

    /// Every word that was saved, and not removed by its writer, is on a laptop or in the registry.
    fn check_words(&self, registry: &Connection) -> Result<()> {
        let mut found = BTreeSet::new();
        for table in ["records", "history"] {
            collect_words(registry, table, &mut found)?;
        }
        for laptop in &self.laptops {
            let [mirror] = laptop.files("mirror.db")?.try_into().ok().context("not one mirror")?;
            let history: String = Connection::open(mirror)?.query_row(
                "SELECT epoch || '.' || generation FROM reading",
                [],
                |row| row.get(0),
            )?;
            for work in laptop.files("work.db")? {
                let work = Connection::open(work)?;
                for table in tables(&work)? {
                    // A draft published in the registry's present epoch does not count: its words must be in the
                    // registry.
                    let but_published = match table.as_str() {
                        "drafts" => format!(" WHERE state <> 'published' OR history <> '{history}'"),
                        _ => String::new(),
                    };
                    collect_words(&work, &format!("{table}{but_published}"), &mut found)?;
                }
            }
        }
        let lost: Vec<String> =
            self.written.owed().into_iter().filter(|word| !found.contains(word)).collect();
        ensure!(lost.is_empty(), "lost: {}", lost.join(" "));
        Ok(())
    }
}

/// Every change has its own `seq`, either for a record or for somebody's access, and there are no other numbers. A
/// record's versions are those of its published submissions, and one more if it was imported.
fn check_versions(registry: &Connection) -> Result<()> {
    let one = |sql: &str| -> Result<i64> { Ok(registry.query_row(sql, [], |row| row.get(0))?) };
    let changes = one("SELECT seq FROM counter")?;
    let versions = one("SELECT coalesce(sum(version), 0) FROM records")?;
    let accesses = one("SELECT coalesce(sum(access - 1), 0) FROM people")?;
    ensure!(
        changes == versions + accesses,
        "{changes} changes gave {versions} versions, and others to see {accesses} times"
    );
    let beyond = one("SELECT count(*) FROM records WHERE seq > (SELECT seq FROM counter)")?;
    ensure!(beyond == 0, "{beyond} records are ahead of the counter");

    let mut statement = registry.prepare(
        "SELECT id, version,
                (SELECT count(*) FROM history WHERE history.kind = records.kind AND history.id = records.id
                     AND history.version BETWEEN 1 AND records.version - 1),
                (SELECT count(*) FROM history WHERE history.kind = records.kind AND history.id = records.id),
                (SELECT count(*) FROM submissions WHERE record = records.id AND state = 'published'),
                (SELECT count(DISTINCT version) FROM submissions WHERE record = records.id AND state = 'published'),
                (SELECT count(*) FROM submissions WHERE record = records.id AND state = 'published' AND version = 1)
         FROM records WHERE kind = 'project'",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, version, kept): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (all, published, distinct, first): (i64, i64, i64, i64) =
            (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        let imported = i64::from(first == 0);
        ensure!(kept == version - 1 && all == kept, "{id} has version {version}, and {all} before it");
        ensure!(
            version == imported + published && published == distinct,
            "{id} has version {version}, of {published} published submissions that made {distinct} versions"
        );
    }
    Ok(())
}

fn read_mirror(file: &Path) -> Result<Records> {
    let mirror = Connection::open(file)?;
    let mut records = Records::new();
    for (table, kind) in [
        ("councils", "'council'"),
        ("services", "'service'"),
        ("projects", "'project'"),
        ("updates", "'update'"),
        ("set_aside", "kind"),
    ] {
        let mut statement = mirror.prepare(&format!("SELECT {kind}, id, version, body FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let body: String = row.get(3)?;
            records.insert((row.get(0)?, row.get(1)?), (row.get(2)?, serde_json::from_str(&body)?));
        }
    }
    Ok(records)
}

fn tables(connection: &Connection) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn collect_words(connection: &Connection, table: &str, found: &mut BTreeSet<String>) -> Result<()> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            if let ValueRef::Text(text) = row.get_ref(column)? {
                found.extend(words_in(std::str::from_utf8(text)?).map(str::to_owned));
            }
        }
    }
    Ok(())
}
