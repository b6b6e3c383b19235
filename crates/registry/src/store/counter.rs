//! The counter: one row with the history's name (epoch) and the number of the last accepted change (seq).

use sqlx::AnyConnection;

/// Names this history, where it has no name yet.
pub(crate) async fn name(sql: &mut AnyConnection, epoch: &str) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO counter (one, epoch, seq) VALUES (1, $1, 0) ON CONFLICT (one) DO NOTHING")
        .bind(epoch)
        .execute(sql)
        .await?;
    Ok(())
}

/// Gives this history another name.
pub(crate) async fn rename(sql: &mut AnyConnection, epoch: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE counter SET epoch = $1 WHERE one = 1").bind(epoch).execute(sql).await?;
    Ok(())
}

/// Who has read no further than this may have missed a departure that is no longer kept.
pub(crate) async fn tombstones_from(sql: &mut AnyConnection) -> Result<u64, sqlx::Error> {
    let seq: i64 =
        sqlx::query_scalar("SELECT tombstones_from FROM counter WHERE one = 1").fetch_one(sql).await?;
    Ok(seq.cast_unsigned())
}

/// The epoch, and the number of the last change.
pub(crate) async fn read(sql: &mut AnyConnection) -> Result<(String, u64), sqlx::Error> {
    let (epoch, seq): (String, i64) =
        sqlx::query_as("SELECT epoch, seq FROM counter WHERE one = 1").fetch_one(sql).await?;
    Ok((epoch, seq.cast_unsigned()))
}

/// Takes the row for this transaction, so that no other can count until it ends, and reads it.
pub(super) async fn lock(sql: &mut AnyConnection) -> Result<u64, sqlx::Error> {
    let seq: i64 =
        sqlx::query_scalar("UPDATE counter SET seq = seq WHERE one = 1 RETURNING seq").fetch_one(sql).await?;
    Ok(seq.cast_unsigned())
}

pub(super) async fn advance(sql: &mut AnyConnection, seq: u64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE counter SET seq = $1 WHERE one = 1").bind(seq.cast_signed()).execute(sql).await?;
    Ok(())
}
