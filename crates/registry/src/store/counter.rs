//! The counter: one row with the epoch (the name of this registry's history) and the sequence number of the last
//! change.

use sqlx::AnyConnection;

/// Sets the epoch, unless there is one already.
pub(crate) async fn name(sql: &mut AnyConnection, epoch: &str) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO counter (one, epoch, seq) VALUES (1, $1, 0) ON CONFLICT (one) DO NOTHING")
        .bind(epoch)
        .execute(sql)
        .await?;
    Ok(())
}

/// Replaces the epoch.
pub(crate) async fn rename(sql: &mut AnyConnection, epoch: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE counter SET epoch = $1 WHERE one = 1").bind(epoch).execute(sql).await?;
    Ok(())
}

/// The newest sequence number whose tombstones may have been deleted. A cursor below it must start again from zero.
pub(crate) async fn tombstones_from(sql: &mut AnyConnection) -> Result<u64, sqlx::Error> {
    let seq: i64 =
        sqlx::query_scalar("SELECT tombstones_from FROM counter WHERE one = 1").fetch_one(sql).await?;
    Ok(seq.cast_unsigned())
}

/// The epoch and the last sequence number.
pub(crate) async fn read(sql: &mut AnyConnection) -> Result<(String, u64), sqlx::Error> {
    let (epoch, seq): (String, i64) =
        sqlx::query_as("SELECT epoch, seq FROM counter WHERE one = 1").fetch_one(sql).await?;
    Ok((epoch, seq.cast_unsigned()))
}

/// Locks the row until this transaction ends, so that no other writer can allocate numbers, and returns the last one.
pub(super) async fn lock(sql: &mut AnyConnection) -> Result<u64, sqlx::Error> {
    let seq: i64 =
        sqlx::query_scalar("UPDATE counter SET seq = seq WHERE one = 1 RETURNING seq").fetch_one(sql).await?;
    Ok(seq.cast_unsigned())
}

pub(super) async fn advance(sql: &mut AnyConnection, seq: u64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE counter SET seq = $1 WHERE one = 1").bind(seq.cast_signed()).execute(sql).await?;
    Ok(())
}
