//! The one write path. A task of its own drains a queue of jobs and commits them in groups, each job in its
//! savepoint, so that one that is refused takes nothing else with it. The group's first statement updates the
//! counter's row, before anything is read: that keeps the numbers dense with any number of processes beside each
//! other, and a reader who has seen n can never later meet a smaller one.

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Executor};
use tokio::sync::{mpsc, oneshot, watch};
use tracing::Span;

use super::cells::{self, CellChanges};
use super::engine::{self, Engine};
use super::{counter, note};
use crate::env::Env;
use crate::store::error::{Result, StoreError};

/// Jobs that are committed together at most.
const GROUP: usize = 64;
/// How often a job that failed for a passing reason is tried.
const TRIES: usize = 3;
/// A job that takes longer is told of in the log, in milliseconds: all others wait for it.
const LONG_MS: i64 = 250;

/// What a job writes with.
pub(crate) struct WriteTx {
    connection: PoolConnection<Any>,
    seq: u64,
    cells: CellChanges,
}

impl WriteTx {
    /// The connection, inside the transaction.
    pub(crate) fn sql(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// The number of the next accepted change.
    pub(crate) fn next_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    /// Who waits for changes looks again, as what they may see has changed: that takes a number, too.
    pub(crate) fn wake_readers(&mut self) {
        self.next_seq();
    }

    /// What the group changes in the sums of the cells: written once, at its end.
    pub(crate) fn cells(&mut self) -> &mut CellChanges {
        &mut self.cells
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        self.connection.execute(sql).await.map(|_| ())
    }
}

/// The error of a job, which is the caller's own.
pub(crate) trait JobError: From<StoreError> + Send + 'static {
    /// The database's error, where that is what failed: it ends the group's transaction, and not this job alone.
    ///
    /// # Errors
    /// With itself where it is anything else.
    fn into_database_error(self) -> std::result::Result<sqlx::Error, Self>;
}

impl JobError for StoreError {
    fn into_database_error(self) -> std::result::Result<sqlx::Error, Self> {
        match self {
            Self::Database(error) => Ok(error),
            other => Err(other),
        }
    }
}

/// What has to be undone after a job.
enum Undo {
    /// What it wrote.
    Job,
    /// What the whole group wrote.
    Group(sqlx::Error),
}

/// A job in the queue. It may be run more than once, and only its last run counts.
trait Job: Send {
    fn run<'t>(&'t mut self, tx: &'t mut WriteTx) -> BoxFuture<'t, std::result::Result<(), Undo>>;
    /// What it is a part of.
    fn span(&self) -> &Span;
    /// Tells who waits: what the last run gave, or why there is none.
    fn answer(self: Box<Self>, error: Option<StoreError>);
}

struct Typed<T, E, F> {
    work: F,
    span: Span,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Typed<T, E, F>
where
    T: Send + 'static,
    E: JobError,
    F: for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Result<T, E>> + Send + Sync,
{
    fn run<'t>(&'t mut self, tx: &'t mut WriteTx) -> BoxFuture<'t, std::result::Result<(), Undo>> {
        Box::pin(async move {
            match (self.work)(tx).await.map_err(JobError::into_database_error) {
                Ok(done) => {
                    self.result = Some(Ok(done));
                    Ok(())
                }
                Err(Err(refused)) => {
                    self.result = Some(Err(refused));
                    Err(Undo::Job)
                }
                Err(Ok(error)) => Err(Undo::Group(error)),
            }
        })
    }

    fn span(&self) -> &Span {
        &self.span
    }

    fn answer(self: Box<Self>, error: Option<StoreError>) {
        let failed = error.map(|error| Err(error.into()));
        let result = failed.or(self.result).unwrap_or_else(|| Err(StoreError::Closed.into()));
        // Nobody waits where the caller's connection was lost: what was committed stands.
        let _ = self.reply.send(result);
    }
}

/// The queue's end at which jobs are put in.
#[derive(Clone)]
pub(super) struct Queue(mpsc::Sender<Box<dyn Job>>);

impl Queue {
    /// Starts the writer's task; it ends when the last clone of the queue is gone.
    pub(super) fn start(
        engine: Engine,
        changed: watch::Sender<u64>,
        env: Env,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(1024);
        (Self(sender), tokio::spawn(Writer { engine, changed, env }.drain(receiver)))
    }

    /// Puts in a job and waits until it is committed. A refusal undoes all that the job wrote.
    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: JobError,
        F: for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Typed { work, span: Span::current(), result: None, reply });
        self.0.send(job).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

/// What the writer's task works with.
struct Writer {
    engine: Engine,
    changed: watch::Sender<u64>,
    env: Env,
}

impl Writer {
    async fn drain(self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        let mut group = Vec::with_capacity(GROUP);
        while queue.recv_many(&mut group, GROUP).await > 0 {
            match self.commit(&mut group).await {
                Ok(seq) => self.finish(group.drain(..), seq),
                // One of them broke the group. Each is tried alone, so that only that one fails.
                Err(error) => {
                    tracing::warn!(%error, jobs = group.len(), "a group of writes was rolled back");
                    for job in group.drain(..) {
                        self.alone(job).await;
                    }
                }
            }
        }
    }

    async fn alone(&self, job: Box<dyn Job>) {
        let mut group = [job];
        let mut tries = 1;
        let committed = loop {
            match self.commit(&mut group).await {
                Err(error) if tries < TRIES && engine::is_busy(&error) => tries += 1,
                committed => break committed,
            }
        };
        match committed {
            Ok(seq) => self.finish(group.into_iter(), seq),
            Err(error) => {
                let [job] = group;
                job.answer(Some(StoreError::Database(error)));
            }
        }
    }

    fn finish(&self, jobs: impl Iterator<Item = Box<dyn Job>>, seq: u64) {
        // Readers are woken before the answers go out, so that nobody who was answered can find them asleep.
        note(&self.changed, seq);
        jobs.for_each(|job| job.answer(None));
    }

    /// Runs the jobs in one transaction, and gives the counter as it was committed.
    async fn commit(&self, jobs: &mut [Box<dyn Job>]) -> Result<u64, sqlx::Error> {
        let connection = self.engine.pool.acquire().await?;
        let mut tx = WriteTx { connection, seq: 0, cells: CellChanges::default() };
        let committed = self.run_group(&mut tx, jobs).await;
        if committed.is_err() {
            // Some errors end a transaction by themselves and some don't: the connection's state is not known.
            tx.connection.close_on_drop();
        }
        committed
    }

    async fn run_group(&self, tx: &mut WriteTx, jobs: &mut [Box<dyn Job>]) -> Result<u64, sqlx::Error> {
        tx.run(engine::BEGIN_WRITE).await?;
        let before = counter::lock(tx.sql()).await?;
        tx.seq = before;
        for job in jobs {
            let kept = (tx.seq, tx.cells.clone());
            tx.run("SAVEPOINT job").await?;
            match self.run_timed(job.as_mut(), tx).await {
                Ok(()) => tx.run("RELEASE SAVEPOINT job").await?,
                Err(Undo::Group(error)) => return Err(error),
                Err(Undo::Job) => {
                    (tx.seq, tx.cells) = kept;
                    tx.run("ROLLBACK TO SAVEPOINT job").await?;
                    tx.run("RELEASE SAVEPOINT job").await?;
                }
            }
        }
        cells::store(&mut tx.connection, &tx.cells).await?;
        let seq = tx.seq;
        if seq != before {
            counter::advance(tx.sql(), seq).await?;
            self.engine.announce(tx.sql()).await?;
        }
        tx.run("COMMIT").await?;
        Ok(seq)
    }

    /// Runs a job, and tells the log where it held up the others for long: as a part of the request that asked for it,
    /// whose route says what kind of job it was.
    async fn run_timed(&self, job: &mut dyn Job, tx: &mut WriteTx) -> std::result::Result<(), Undo> {
        let began = self.env.now_ms();
        let done = job.run(tx).await;
        let took_ms = self.env.now_ms() - began;
        if took_ms > LONG_MS {
            job.span().in_scope(|| tracing::warn!(took_ms, "a write job held up the others"));
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use guildhall_protocol::changes::Kind;
    use guildhall_protocol::fields::Fields;
    use jiff::Timestamp;
    use tracing::Instrument as _;

    use super::*;
    use crate::env::Clock;
    use crate::store::records::{self, RecordWrite};
    use crate::store::{Database, Store, cells};

    /// How a job ends after it has written its record.
    #[derive(Clone, Copy, PartialEq)]
    enum End {
        Well,
        Refused,
        Broken,
    }

    /// Time that passes only where a job takes it.
    struct Slow(AtomicI64);

    #[async_trait::async_trait]
    impl Clock for Slow {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
        }
        async fn pass(&self, _: Duration) {
            std::future::pending().await
        }
    }

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_job_that_takes_long_is_logged_with_its_route() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        let _guard = tracing::subscriber::set_default(subscriber.finish());
        let clock = Arc::new(Slow(AtomicI64::new(0)));
        let env = Env { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..Env::real() };
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Database::File(folder.path().join("r.db"), None), &env).await.unwrap();
        for (takes, route) in [(LONG_MS, "/quick/{id}"), (LONG_MS + 1, "/slow/{id}")] {
            let clock = Arc::clone(&clock);
            let job = store.write(move |_| {
                clock.0.fetch_add(takes, Ordering::Relaxed);
                Box::pin(async { Ok::<(), StoreError>(()) })
            });
            job.instrument(tracing::info_span!("request", route)).await.unwrap();
        }
        store.close().await;
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("WARN") && log.contains("/slow/{id}") && log.contains("took_ms=251"), "{log}");
        assert!(!log.contains("/quick"), "{log}");
    }

    async fn put(store: &Store, id: &'static str, end: End) -> Result<u64> {
        let written = store.write(move |tx| {
            Box::pin(async move {
                let state = RecordWrite::public(Kind::Service, id.to_owned(), Fields::new());
                let (_, seq) = records::put(tx, &state, 0).await?;
                match end {
                    End::Well => Ok(seq),
                    End::Refused => Err(StoreError::Damaged("refused".to_owned())),
                    End::Broken => {
                        sqlx::query("INSERT INTO counter (one, epoch, seq) VALUES (1, '', 0)")
                            .execute(tx.sql())
                            .await?;
                        Ok(seq)
                    }
                }
            })
        });
        written.await
    }

    /// In one group: what is refused or broken leaves nothing behind, not even a number, and takes nobody along.
    #[tokio::test]
    async fn a_job_takes_no_other_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(&Database::File(folder.path().join("r.db"), None), &Env::real()).await.unwrap();
        for round in 0..4 {
            let ids = ["1", "2", "3", "4"].map(|n| &*Box::leak(format!("{round}{n}").into_boxed_str()));
            // With a broken one each is run again alone; without one they are committed as a group.
            let bad = if round % 2 == 0 { End::Refused } else { End::Broken };
            // Polled in order, so that all four stand in the queue before the writer has come to them.
            let (first, refused, broken, last) = tokio::join!(
                put(&store, ids[0], End::Well),
                put(&store, ids[1], End::Refused),
                put(&store, ids[2], bad),
                put(&store, ids[3], End::Well),
            );
            assert_eq!((first.unwrap(), last.unwrap()), (2 * round + 1, 2 * round + 2), "no gap");
            assert!(matches!(refused, Err(StoreError::Damaged(_))));
            assert_eq!(matches!(broken, Err(StoreError::Database(_))), bad == End::Broken);
            assert!(broken.is_err());
            let mut tx = store.read().await.unwrap();
            for (id, is_there) in ids.into_iter().zip([true, false, false, true]) {
                assert_eq!(records::find(&mut tx, Kind::Service, id).await.unwrap().is_some(), is_there);
            }
            let (records, _) = cells::sum(&mut tx, &vec!["public".to_owned()]).await.unwrap();
            assert_eq!(records, 2 * (round + 1));
        }
        store.close().await;
        assert!(matches!(put(&store, "late", End::Well).await, Err(StoreError::Closed)));
    }
}
