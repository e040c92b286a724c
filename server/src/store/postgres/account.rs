//! Accounts, sessions and app tokens as rows.

use meetme_core::account::Profile;
use meetme_core::change::Change;
use meetme_core::id::{TokenId, UserId, Username};
use meetme_core::time::Instant;

use super::db::{Db, uuid};
use super::fault::DbError;
use super::flight::{Expect, Flight, values};
use super::log;
use crate::store::row::{self, credential_columns, in_use, user_columns};
use crate::store::value::{limit, scopes_text, seconds};
use crate::store::{
    AccountError, ChangeError, Credential, CredentialHash, MAX_SESSIONS, MAX_TOKENS, StoreError, UserRecord,
};

pub(super) async fn by_id(db: &Db, id: UserId) -> Result<Option<UserRecord>, StoreError> {
    let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1 AND ", in_use!());
    db.first(sql, &[&uuid(id.as_bytes())], row::user).await
}

pub(super) async fn any_by_id(db: &Db, id: UserId) -> Result<Option<UserRecord>, StoreError> {
    let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1 AND u.deleted_at IS NULL");
    db.first(sql, &[&uuid(id.as_bytes())], row::user).await
}

pub(super) async fn by_name(db: &Db, username: &str) -> Result<Option<UserRecord>, StoreError> {
    // No name has it, and PostgreSQL knows no such text.
    if username.contains('\0') {
        return Ok(None);
    }
    let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.username = $1 AND ", in_use!());
    db.first(sql, &[&username], row::user).await
}

pub(super) async fn any_by_name(db: &Db, username: &Username) -> Result<Option<UserRecord>, StoreError> {
    let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.username = $1 AND u.deleted_at IS NULL");
    db.first(sql, &[&username.as_str()], row::user).await
}

pub(super) async fn create(db: &Db, user: &UserRecord, session: &Credential) -> Result<(), AccountError> {
    let sql = "INSERT INTO users (id, username, display_name, email, email_key, zone, max_per_day, max_per_week, \
        password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    db.run(
        sql,
        &[
            &uuid(user.id.as_bytes()),
            &user.username.as_str(),
            &user.display_name,
            &user.email,
            &user.email.to_lowercase(),
            &user.zone.name(),
            &user.max_per_day.map(i64::from),
            &user.max_per_week.map(i64::from),
            &user.password_hash,
            &seconds(user.created_at),
        ],
    )
    .await
    .map_err(taken)?;
    insert_credential(db, session).await
}

pub(super) fn put_profile(flight: &mut Flight, user: UserId, profile: &Profile, now: Instant) {
    let sql = "UPDATE users SET display_name = $2, email = $3, email_key = $4, zone = $5, max_per_day = $6, \
        max_per_week = $7, names = names + CASE WHEN display_name = $2 AND email = $3 THEN 0 ELSE 1 END, \
        named_at = CASE WHEN display_name = $2 AND email = $3 THEN named_at ELSE $8 END \
        WHERE id = $1 AND deleted_at IS NULL RETURNING 1";
    let values = values![
        uuid(user.as_bytes()),
        profile.display_name.clone(),
        profile.email.clone(),
        profile.email.to_lowercase(),
        profile.zone.name(),
        profile.max_per_day.map(i64::from),
        profile.max_per_week.map(i64::from),
        seconds(now),
    ];
    flight.add(sql, values, Expect::Profile);
}

/// Sets another password and ends all sessions but the one that is kept.
pub(super) fn set_password(flight: &mut Flight, user: UserId, password: &str, kept: Option<CredentialHash>) {
    let id = uuid(user.as_bytes());
    let sql = "UPDATE users SET password_hash = $2 WHERE id = $1 AND deleted_at IS NULL RETURNING 1";
    flight.add(sql, values![id, password.to_owned()], Expect::There);
    let sql = "DELETE FROM credentials WHERE \"user\" = $1 AND token IS NULL AND ($2::bytea IS NULL OR hash <> $2)";
    flight.add(sql, values![id, kept.map(|hash| hash.to_vec())], Expect::Anything);
}

/// What keeps mail addresses apart.
pub(super) const EMAIL_KEY: &str = "users_email_key";

fn taken(error: DbError) -> AccountError {
    match error.constraint() {
        Some("users_username") => AccountError::UsernameTaken,
        Some(EMAIL_KEY) => AccountError::EmailTaken,
        _ => error.into(),
    }
}

/// Appends a change without rows of its own to the log.
async fn tell(db: &Db, change: &Change, now: Instant) -> Result<(), StoreError> {
    let mut flight = Flight::default();
    let news = change.news();
    change.persons().into_iter().for_each(|person| log::append(&mut flight, person, now, &news));
    match flight.run(db).await {
        Ok(_) => Ok(()),
        Err(ChangeError::Store(error)) => Err(error),
        Err(other) => Err(crate::store::value::broken("log", other)),
    }
}

async fn insert_credential(db: &Db, credential: &Credential) -> Result<(), AccountError> {
    let sql = "INSERT INTO credentials (hash, \"user\", token, name, scopes, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let token = credential.token.as_ref();
    db.run(
        sql,
        &[
            &credential.hash.as_slice(),
            &uuid(credential.user.as_bytes()),
            &token.map(|token| uuid(token.id.as_bytes())),
            &token.map(|token| &token.name),
            &scopes_text(&credential.scopes),
            &seconds(credential.created_at),
            &credential.expires_at.map(seconds),
        ],
    )
    .await?;
    Ok(())
}

/// Adds a session unless the account, which is locked, has another password by now.
pub(super) async fn begin_session(db: &Db, session: &Credential, checked: &str) -> Result<(), AccountError> {
    let user = by_id(db, session.user).await?.ok_or(AccountError::NotFound)?;
    if user.password_hash != checked {
        return Err(AccountError::PasswordChanged);
    }
    add_credential(db, session).await.map(drop)
}

/// Adds a credential to a living account, which is locked; false if that has too many tokens already.
pub(super) async fn add_credential(db: &Db, credential: &Credential) -> Result<bool, AccountError> {
    by_id(db, credential.user).await?.ok_or(AccountError::NotFound)?;
    if credential.token.is_some() && tokens(db, credential.user).await?.len() >= MAX_TOKENS {
        return Ok(false);
    }
    if credential.token.is_none() {
        make_room(db, credential).await?;
    }
    insert_credential(db, credential).await?;
    Ok(true)
}

/// Ends sessions, so that there is room for this one: those that would end first by themselves.
async fn make_room(db: &Db, new: &Credential) -> Result<(), AccountError> {
    let sql = "DELETE FROM credentials WHERE hash IN (SELECT hash FROM credentials WHERE \"user\" = $1 \
        AND token IS NULL ORDER BY expires_at DESC, created_at DESC, hash OFFSET $2)";
    if db.run(sql, &[&uuid(new.user.as_bytes()), &limit(MAX_SESSIONS - 1)]).await? > 0 {
        tell(db, &Change::CredentialsChanged { user: new.user }, new.created_at).await?;
    }
    Ok(())
}

pub(super) async fn credential(db: &Db, hash: CredentialHash) -> Result<Option<(Credential, UserRecord)>, StoreError> {
    let sql = concat!(
        "SELECT ",
        credential_columns!(),
        ", ",
        user_columns!(),
        " FROM credentials c JOIN users u ON u.id = c.\"user\" WHERE c.hash = $1 AND ",
        in_use!()
    );
    db.first(sql, &[&hash.as_slice()], |columns| Ok((row::credential(columns)?, row::user(columns)?))).await
}

pub(super) async fn extend(db: &Db, hash: CredentialHash, expires_at: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE credentials SET expires_at = $2 WHERE hash = $1 AND token IS NULL";
    db.run(sql, &[&hash.as_slice(), &seconds(expires_at)]).await?;
    Ok(())
}

/// Whose credential this is.
pub(super) async fn owner(db: &Db, hash: CredentialHash) -> Result<Option<UserId>, StoreError> {
    let sql = "SELECT \"user\" FROM credentials WHERE hash = $1";
    db.first(sql, &[&hash.as_slice()], |row| row.id(UserId::from_bytes)).await
}

/// Ends a session or token; false if there was none.
pub(super) async fn end(db: &Db, hash: CredentialHash, now: Instant) -> Result<bool, StoreError> {
    let sql = "DELETE FROM credentials WHERE hash = $1 RETURNING \"user\"";
    let gone = db.first(sql, &[&hash.as_slice()], |row| row.id(UserId::from_bytes)).await?;
    told(db, gone, now).await
}

/// Revokes a token of this user; false if there was none.
pub(super) async fn revoke(db: &Db, user: UserId, token: TokenId, now: Instant) -> Result<bool, StoreError> {
    let sql = "DELETE FROM credentials WHERE token = $1 AND \"user\" = $2 RETURNING \"user\"";
    let params = (uuid(token.as_bytes()), uuid(user.as_bytes()));
    let gone = db.first(sql, &[&params.0, &params.1], |row| row.id(UserId::from_bytes)).await?;
    told(db, gone, now).await
}

async fn told(db: &Db, gone: Option<UserId>, now: Instant) -> Result<bool, StoreError> {
    let Some(user) = gone else { return Ok(false) };
    tell(db, &Change::CredentialsChanged { user }, now).await?;
    Ok(true)
}

/// A user's app tokens, oldest first.
pub(super) async fn tokens(db: &Db, user: UserId) -> Result<Vec<Credential>, StoreError> {
    let sql = concat!(
        "SELECT ",
        credential_columns!(),
        " FROM credentials c WHERE c.\"user\" = $1 AND c.token IS NOT NULL ORDER BY c.created_at, c.token LIMIT $2"
    );
    db.all(sql, &[&uuid(user.as_bytes()), &limit(MAX_TOKENS)], row::credential).await
}
