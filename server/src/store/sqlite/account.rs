//! Accounts, sessions and app tokens as rows.

use meetme_core::account::Profile;
use meetme_core::change::Change;
use meetme_core::id::{TokenId, UserId, Username};
use meetme_core::time::Instant;
use rusqlite::{Connection, OptionalExtension};

use super::fault::is_unique;
use super::value::{all, first, limit, run, seconds};
use crate::store::row::{self, credential_columns, in_use, user_columns};
use crate::store::value::{DELETED_NAME, scopes_text};
use crate::store::{
    AccountError, ChangeError, Credential, CredentialHash, MAX_SESSIONS, MAX_TOKENS, StoreError, UserRecord,
};

pub(super) fn by_id(conn: &Connection, id: UserId) -> Result<Option<UserRecord>, StoreError> {
    let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = ?1 AND ", in_use!());
    first(conn, sql, [id.as_bytes()], row::user)
}

pub(super) fn any_by_id(conn: &Connection, id: UserId) -> Result<Option<UserRecord>, StoreError> {
    let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = ?1 AND u.deleted_at IS NULL");
    first(conn, sql, [id.as_bytes()], row::user)
}

pub(super) fn by_name(conn: &Connection, username: &str) -> Result<Option<UserRecord>, StoreError> {
    let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.username = ?1 AND ", in_use!());
    first(conn, sql, [username], row::user)
}

pub(super) fn any_by_name(conn: &Connection, username: &Username) -> Result<Option<UserRecord>, StoreError> {
    let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.username = ?1 AND u.deleted_at IS NULL");
    first(conn, sql, [username.as_str()], row::user)
}

pub(super) fn create(conn: &Connection, user: &UserRecord, session: &Credential) -> Result<(), AccountError> {
    let sql = "INSERT INTO users (id, username, display_name, email, email_key, zone, max_per_day, max_per_week, \
        password_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let params = (
        user.id.as_bytes(),
        user.username.as_str(),
        &user.display_name,
        &user.email,
        user.email.to_lowercase(),
        user.zone.name(),
        user.max_per_day,
        user.max_per_week,
        &user.password_hash,
        seconds(user.created_at),
    );
    run(conn, sql, params).map_err(taken)?;
    insert_credential(conn, session)
}

pub(super) fn put_profile(conn: &Connection, user: UserId, profile: &Profile, now: Instant) -> Result<(), ChangeError> {
    let sql = "UPDATE users SET display_name = ?2, email = ?3, email_key = ?4, zone = ?5, max_per_day = ?6, \
        max_per_week = ?7, names = names + CASE WHEN display_name = ?2 AND email = ?3 THEN 0 ELSE 1 END, \
        named_at = CASE WHEN display_name = ?2 AND email = ?3 THEN named_at ELSE ?8 END \
        WHERE id = ?1 AND deleted_at IS NULL";
    let params = (
        user.as_bytes(),
        &profile.display_name,
        &profile.email,
        profile.email.to_lowercase(),
        profile.zone.name(),
        profile.max_per_day,
        profile.max_per_week,
        seconds(now),
    );
    match run(conn, sql, params) {
        Ok(0) => Err(ChangeError::NotFound),
        Ok(_) => Ok(()),
        Err(error) if is_unique(&error, "users.email_key") => Err(ChangeError::EmailTaken),
        Err(error) => Err(error.into()),
    }
}

/// Sets another password and ends all sessions but the one that is kept.
pub(super) fn set_password(
    conn: &Connection,
    user: UserId,
    password: &str,
    kept: Option<CredentialHash>,
) -> Result<(), ChangeError> {
    let sql = "UPDATE users SET password_hash = ?2 WHERE id = ?1 AND deleted_at IS NULL";
    if run(conn, sql, (user.as_bytes(), password))? == 0 {
        return Err(ChangeError::NotFound);
    }
    let sql = "DELETE FROM credentials WHERE user = ?1 AND token IS NULL AND (?2 IS NULL OR hash <> ?2)";
    run(conn, sql, (user.as_bytes(), kept))?;
    Ok(())
}

fn taken(error: rusqlite::Error) -> AccountError {
    if is_unique(&error, "users.username") {
        AccountError::UsernameTaken
    } else if is_unique(&error, "users.email_key") {
        AccountError::EmailTaken
    } else {
        error.into()
    }
}

/// Appends a change without rows of its own to the log.
fn log(conn: &Connection, change: &Change, now: Instant) -> Result<(), StoreError> {
    let news = change.news();
    change.persons().into_iter().try_for_each(|person| super::log::append(conn, person, now, &news).map(drop))
}

/// Leaves of an account what its bookings need: an id, and a username that nobody else may have.
pub(super) fn wipe(conn: &Connection, user: UserId, now: Instant) -> Result<(), ChangeError> {
    let sql = "UPDATE users SET display_name = ?2, email = NULL, email_key = NULL, zone = 'UTC', max_per_day = NULL, \
        max_per_week = NULL, password_hash = '', names = names + 1, named_at = ?3, \
        deleted_at = ?3 WHERE id = ?1 AND deleted_at IS NULL";
    if run(conn, sql, (user.as_bytes(), DELETED_NAME, seconds(now)))? == 0 {
        return Err(ChangeError::NotFound);
    }
    run(conn, "DELETE FROM credentials WHERE user = ?1", [user.as_bytes()])?;
    run(conn, "DELETE FROM answers WHERE user = ?1", [user.as_bytes()])?;
    super::feeds::wipe(conn, user)?;
    super::entries::wipe(conn, user)
}

/// Disables an account and ends its sessions, or enables it.
pub(super) fn switch(conn: &Connection, user: UserId, disabled_at: Option<Instant>) -> Result<(), ChangeError> {
    let sql = "UPDATE users SET disabled_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
    if run(conn, sql, (user.as_bytes(), disabled_at.map(seconds)))? == 0 {
        return Err(ChangeError::NotFound);
    }
    run(conn, "DELETE FROM credentials WHERE user = ?1 AND token IS NULL", [user.as_bytes()])?;
    Ok(())
}

fn insert_credential(conn: &Connection, credential: &Credential) -> Result<(), AccountError> {
    let sql = "INSERT INTO credentials (hash, user, token, name, scopes, created_at, expires_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let token = credential.token.as_ref();
    let params = (
        credential.hash,
        credential.user.as_bytes(),
        token.map(|token| token.id.as_bytes()),
        token.map(|token| &token.name),
        scopes_text(&credential.scopes),
        seconds(credential.created_at),
        credential.expires_at.map(seconds),
    );
    run(conn, sql, params)?;
    Ok(())
}

/// Adds a session unless the account has another password by now.
pub(super) fn begin_session(conn: &Connection, session: &Credential, checked: &str) -> Result<(), AccountError> {
    let user = by_id(conn, session.user)?.ok_or(AccountError::NotFound)?;
    if user.password_hash != checked {
        return Err(AccountError::PasswordChanged);
    }
    add_credential(conn, session).map(drop)
}

/// Adds a credential to a living account; false if that has too many tokens already.
pub(super) fn add_credential(conn: &Connection, credential: &Credential) -> Result<bool, AccountError> {
    by_id(conn, credential.user)?.ok_or(AccountError::NotFound)?;
    if credential.token.is_some() && tokens(conn, credential.user)?.len() >= MAX_TOKENS {
        return Ok(false);
    }
    if credential.token.is_none() {
        make_room(conn, credential)?;
    }
    insert_credential(conn, credential)?;
    Ok(true)
}

/// Ends sessions, so that there is room for this one: those that would end first by themselves.
fn make_room(conn: &Connection, new: &Credential) -> Result<(), AccountError> {
    let sql = "DELETE FROM credentials WHERE hash IN (SELECT hash FROM credentials WHERE user = ?1 AND token IS NULL \
        ORDER BY expires_at DESC, created_at DESC, hash LIMIT -1 OFFSET ?2)";
    if run(conn, sql, (new.user.as_bytes(), limit(MAX_SESSIONS - 1)))? > 0 {
        log(conn, &Change::CredentialsChanged { user: new.user }, new.created_at)?;
    }
    Ok(())
}

pub(super) fn credential(
    conn: &Connection,
    hash: CredentialHash,
) -> Result<Option<(Credential, UserRecord)>, StoreError> {
    let sql = concat!(
        "SELECT ",
        credential_columns!(),
        ", ",
        user_columns!(),
        " FROM credentials c JOIN users u ON u.id = c.user WHERE c.hash = ?1 AND ",
        in_use!()
    );
    first(conn, sql, [hash], |columns| Ok((row::credential(columns)?, row::user(columns)?)))
}

pub(super) fn extend(conn: &Connection, hash: CredentialHash, expires_at: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE credentials SET expires_at = ?2 WHERE hash = ?1 AND token IS NULL";
    run(conn, sql, (hash, seconds(expires_at)))?;
    Ok(())
}

/// Ends a session or token; false if there was none.
pub(super) fn end(conn: &Connection, hash: CredentialHash, now: Instant) -> Result<bool, StoreError> {
    gone(conn, "DELETE FROM credentials WHERE hash = ?1 RETURNING user", [hash], now)
}

/// Revokes a token of this user; false if there was none.
pub(super) fn revoke(conn: &Connection, user: UserId, token: TokenId, now: Instant) -> Result<bool, StoreError> {
    let sql = "DELETE FROM credentials WHERE token = ?1 AND user = ?2 RETURNING user";
    gone(conn, sql, (token.as_bytes(), user.as_bytes()), now)
}

fn gone(conn: &Connection, sql: &str, params: impl rusqlite::Params, now: Instant) -> Result<bool, StoreError> {
    let user = conn.prepare_cached(sql)?.query_row(params, |row| row.get(0)).optional()?;
    let Some(user) = user.map(UserId::from_bytes) else { return Ok(false) };
    log(conn, &Change::CredentialsChanged { user }, now)?;
    Ok(true)
}

/// A user's app tokens, oldest first.
pub(super) fn tokens(conn: &Connection, user: UserId) -> Result<Vec<Credential>, StoreError> {
    let sql = concat!(
        "SELECT ",
        credential_columns!(),
        " FROM credentials c WHERE c.user = ?1 AND c.token IS NOT NULL ORDER BY c.created_at, c.token LIMIT ?2"
    );
    all(conn, sql, (user.as_bytes(), limit(MAX_TOKENS)), row::credential)
}
