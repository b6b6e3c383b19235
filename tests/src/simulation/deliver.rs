//! What happens to requests on their way, and to their answers on the way back.

use anyhow::{Result, ensure};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use guildhall_client::TransportError;
use guildhall_protocol::{Problem, State, Submission, Verdict, routes};
use http::{Method, StatusCode, header};
use jiff::SignedDuration;

use super::env::{Answer, Waiting};
use super::{Simulation, short};

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Delivery {
    /// Both the request and its answer arrive.
    Well,
    /// The request arrives twice, and the second answer comes back.
    Twice,
    /// There is no connection: nothing is sent, and nothing arrives later.
    Unreachable,
    /// The request does not arrive, or only later.
    Lost,
    /// The request arrives; the answer does not.
    AnswerLost,
    /// The request arrives; the answer is delayed.
    Slow,
    /// The request arrives; the answer is cut off after this many thousandths.
    Cut(usize),
    /// Something other than the registry answers.
    Instead(Impostor),
}

/// A server that answers instead of the registry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Impostor {
    pub(super) status: u16,
    pub(super) retry_after: Option<u32>,
    pub(super) html: bool,
}

pub(super) const IMPOSTORS: [Impostor; 5] = [
    Impostor { status: 500, retry_after: None, html: false },
    Impostor { status: 503, retry_after: None, html: true },
    Impostor { status: 429, retry_after: Some(7), html: false },
    // A hotel's sign-in page, and a council's proxy.
    Impostor { status: 200, retry_after: None, html: true },
    Impostor { status: 403, retry_after: None, html: true },
];

/// A submission with a verdict that reached the laptop.
pub(super) struct Acknowledged {
    pub(super) who: usize,
    pub(super) submission: String,
    /// The changed record, where the request contains it.
    pub(super) record: Option<String>,
    /// The step in which the registry answered.
    pub(super) step: u32,
}

/// The most submissions of which late copies may arrive.
const STALE: usize = 8;

impl Simulation {
    /// Delivers a request in the given way.
    pub(super) async fn deliver(&mut self, id: u64, who: usize, fate: Delivery) -> Result<()> {
        let Some(Waiting::Request { request, by_person, answer }) = self.env.take(id) else {
            return Ok(());
        };
        let request = *request;
        let mut not_tried = None;
        if request.method() == Method::PUT {
            let id = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
            if matches!(fate, Delivery::Unreachable) {
                not_tried = Some((self.tries(who, &id)?, id));
            } else {
                self.remember(&request);
                self.sent.entry((who, request.body().clone())).or_default().insert(id);
            }
        }
        self.check_reading(who, &request)?;
        let asked = format!("{}: {}", Self::name(who), described(&request));
        let request = self.with_small_pages(request)?;
        let given = match fate {
            Delivery::Unreachable => Err(TransportError::Unreachable),
            Delivery::Lost => Err(TransportError::Lost),
            Delivery::Instead(impostor) => Ok(impostor.answer()),
            Delivery::Well | Delivery::Slow | Delivery::AnswerLost | Delivery::Cut(_) => {
                Ok(self.ask(&request).await?)
            }
            Delivery::Twice => {
                self.ask(&request).await?;
                Ok(self.ask(&request).await?)
            }
        };
        let came = match &given {
            Ok(given) => format!("{} {}", given.status().as_u16(), short(given.body())),
            Err(error) => error.to_string(),
        };
        match fate {
            Delivery::Well => self.tell(format!("{asked} -> {came}")),
            other => self.tell(format!("{asked} -> {came}, {other:?}")),
        }
        if let (Delivery::Slow, Ok(given)) = (fate, &given) {
            let (asked, given) = (Box::new(request), given.clone());
            self.env.put_back(id, who, Waiting::Answer { asked, step: self.step, given, answer });
            return self.quiet().await;
        }
        if let (Delivery::Well | Delivery::Twice, Ok(given)) = (fate, &given) {
            self.note_answer(who, &request, given, self.step);
        }
        // The task may have stopped waiting.
        let _ = answer.send(on_its_way_back(given, fate));
        self.quiet().await?;
        if let Some((before, id)) = not_tried {
            self.check_not_tried(who, &id, before)?;
        }
        match fate {
            // The delay applies to the loop only: a person is told when to try again.
            Delivery::Instead(Impostor { retry_after: Some(seconds), .. }) if !by_person => {
                self.check_patience(who, id, seconds)
            }
            _ => Ok(()),
        }
    }

    /// A delayed answer arrives.
    pub(super) async fn arrive(&mut self, id: u64, who: usize) -> Result<()> {
        let Some(Waiting::Answer { asked, step, given, answer }) = self.env.take(id) else { return Ok(()) };
        self.tell(format!("{}: the answer to {} comes", Self::name(who), described(&asked)));
        self.note_answer(who, &asked, &given, step);
        let _ = answer.send(on_its_way_back(Ok(given), Delivery::Well));
        self.quiet().await
    }

    /// The registry's answer. It must never contain a record that the person may not see, except as a submission of
    /// theirs made it.
    async fn ask(&mut self, request: &http::Request<Bytes>) -> Result<http::Response<Bytes>> {
        let given = self.town.ask(request.clone()).await?;
        let verdict = serde_json::from_slice::<Verdict>(given.body()).ok().map(|it| (it.version, it.record));
        let conflict = || serde_json::from_slice::<Problem>(given.body()).ok()?.conflict;
        let shown = verdict.or_else(|| conflict().map(|it| (it.version, it.record)));
        let (Some((version, record)), Ok(sent)) =
            (shown, serde_json::from_slice::<Submission>(request.body()))
        else {
            return Ok(given);
        };
        if record.is_empty() {
            return Ok(given);
        }
        let mut look = http::Request::get(routes::PROJECT.replace("{id}", &sent.record));
        if let Some(token) = request.headers().get(header::AUTHORIZATION) {
            look = look.header(header::AUTHORIZATION, token);
        }
        let may_see = self.town.ask(look.body(Bytes::new())?).await?.status().is_success();
        let submission = request.uri().path().to_owned();
        let first = !self.answered.iter().any(|(known, _)| *known == submission);
        let again = !self.answered.insert((submission, version));
        ensure!(
            may_see || first || again,
            "version {version} of {} was shown to who may not see it",
            sent.record
        );
        Ok(given)
    }

    /// A laptop whose loop was told when to try again waits that long.
    fn check_patience(&self, who: usize, since: u64, seconds: u32) -> Result<()> {
        let asked = SignedDuration::from_secs(seconds.into());
        let now = self.env.now();
        let earliest = now.saturating_add(asked)?;
        let comes_back = self.env.look(|id, whose, what| match what {
            Waiting::Timer { until, .. } if whose == who && id > since => Some(*until),
            Waiting::Request { by_person: false, .. } if whose == who && id > since => Some(now),
            _ => None,
        });
        let early = comes_back.iter().find(|until| **until < earliest);
        let name = Self::name(who);
        ensure!(early.is_none(), "{name}: comes back at {early:?}, and was asked to wait until {earliest}");
        Ok(())
    }

    /// A submission that was never sent does not count as tried: its author can still withdraw it offline. Earlier
    /// sending may count, because a submission can be refused for its token and sent again in one try. So may the next
    /// try of a laptop that lost power between counting it and sending it.
    fn check_not_tried(&self, who: usize, id: &str, before: i64) -> Result<()> {
        let sent_again = self.env.look(|_, whose, what| match what {
            Waiting::Request { request, .. } if whose == who && request.uri().path().ends_with(id) => {
                Some(())
            }
            _ => None,
        });
        let dying = self
            .env
            .look(|_, whose, what| (whose == who && matches!(what, Waiting::LosingPower)).then_some(()));
        let (after, name) = (self.tries(who, id)?, Self::name(who));
        let expected = before - 1 + i64::try_from(sent_again.len())?;
        let counted_and_died = !dying.is_empty() && after == expected + 1;
        let left_before = self.sent.values().any(|ids| ids.contains(id));
        ensure!(
            after == expected || counted_and_died || left_before,
            "{name}: {id} never left, and counts as tried: {after} times"
        );
        Ok(())
    }

    /// How many tries that laptop has counted for a submission.
    fn tries(&self, who: usize, id: &str) -> Result<i64> {
        let mut tries = 0;
        for work in self.laptops[who].files("work.db")? {
            let sql = "SELECT coalesce(sum(tries), 0) FROM outbox WHERE submission = ?1";
            tries += rusqlite::Connection::open(work)?.query_row(sql, [id], |row| row.get::<_, i64>(0))?;
        }
        Ok(tries)
    }

    /// A laptop reads from zero when the registry tells it to, or when it seems to have had no contact for a month.
    /// Otherwise it does so only if its digest differs, which must never happen.
    fn check_reading(&mut self, who: usize, request: &http::Request<Bytes>) -> Result<()> {
        if request.uri().path() == routes::CHANGES {
            let from_zero = !request.uri().query().is_some_and(|query| query.contains("after="));
            let name = Self::name(who);
            let may = self.may_read_from_zero[who] || self.month_passed[who];
            ensure!(!from_zero || may, "{name}: its mirror was not what the registry said");
            self.may_read_from_zero[who] = from_zero;
            self.month_passed[who] &= !from_zero;
        }
        Ok(())
    }

    /// A registry may answer with fewer records than requested, and here it does.
    fn with_small_pages(&self, mut request: http::Request<Bytes>) -> Result<http::Request<Bytes>> {
        if request.uri().path() == routes::CHANGES {
            let limit = format!("limit={}", self.page);
            *request.uri_mut() =
                request.uri().to_string().replace(&format!("limit={}", routes::MAX_PAGE), &limit).parse()?;
        }
        Ok(request)
    }

    /// Notes a submission, of which a copy may arrive later, even after newer submissions.
    pub(super) fn remember(&mut self, request: &http::Request<Bytes>) {
        if self.stale.len() == STALE {
            self.stale.remove(0);
        }
        self.stale.push(request.clone());
    }

    /// A late copy of a submission arrives; its answer goes nowhere.
    pub(super) async fn deliver_stale(&mut self, index: usize) -> Result<()> {
        let request = self.stale[index].clone();
        let asked = described(&request);
        let given = self.ask(&request).await?;
        self.tell(format!("late: {asked} -> {} {}", given.status().as_u16(), short(given.body())));
        Ok(())
    }

    /// Records what a laptop is told, and the step in which the registry answered.
    fn note_answer(
        &mut self,
        who: usize,
        request: &http::Request<Bytes>,
        given: &http::Response<Bytes>,
        step: u32,
    ) {
        if given.status() == StatusCode::GONE {
            self.may_read_from_zero[who] = true;
        }
        let Some(submission) = request.uri().path().strip_prefix("/api/v1/submissions/") else { return };
        let Ok(verdict) = serde_json::from_slice::<Verdict>(given.body()) else { return };
        let submission = submission.strip_suffix("/withdraw").unwrap_or(submission).to_owned();
        let sent = serde_json::from_slice::<Submission>(request.body());
        let told = Acknowledged { who, submission, record: sent.ok().map(|sent| sent.record), step };
        match verdict.state {
            State::Published => self.acknowledged.push(told),
            State::Withdrawn => self.withdrawn.push(told),
            _ => {}
        }
    }
}

impl Impostor {
    fn answer(self) -> http::Response<Bytes> {
        let body = if self.html { "<html>Welcome to the hotel</html>" } else { "{}" };
        let mut answer = http::Response::new(Bytes::from_static(body.as_bytes()));
        *answer.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::IM_A_TEAPOT);
        let kind = if self.html { "text/html" } else { "application/json" };
        answer.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        answer
    }
}

fn on_its_way_back(given: Result<http::Response<Bytes>, TransportError>, fate: Delivery) -> Answer {
    let given = given?;
    Ok(match fate {
        Delivery::AnswerLost => return Err(TransportError::Lost),
        Delivery::Cut(thousandths) => given.map(|body| {
            let begun = body.slice(..body.len() * thousandths / 1000);
            stream::iter([Ok(begun), Err(TransportError::Lost)]).boxed()
        }),
        _ => given.map(|body| stream::iter([Ok(body)]).boxed()),
    })
}

fn described(request: &http::Request<Bytes>) -> String {
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    let path = path.strip_prefix("/api/v1/").unwrap_or(path);
    match request.body() {
        body if body.is_empty() => format!("{} {path}", request.method()),
        body => format!("{} {path} {}", request.method(), short(body)),
    }
}
