//! What is in a calendar home, whatever stands behind it.

use meetme_core::object::ObjectZone;
use meetme_core::time::Zone;

use crate::actions::{self, INBOX, PERSONAL};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::path;
use crate::store::{CollectionFile, EntryFile, EntryQuery};

/// Where free-busy is asked for.
pub const OUTBOX: &str = "outbox";
/// Entries that are read from the store at once.
pub const PAGE: usize = 1_000;

/// Something in a home that holds entries.
#[derive(Debug, Clone)]
pub enum Folder {
    /// A calendar of the user's own.
    Own(CollectionFile),
    /// Where invitations arrive.
    Inbox(CollectionFile),
    /// Where free-busy is asked for. Nothing is ever in it.
    Outbox,
}

/// Names that clients cannot make or take away.
pub fn is_reserved(name: &str) -> bool {
    [PERSONAL, INBOX, OUTBOX, "bookings"].contains(&name) || name.starts_with("event-") || name.starts_with("book-")
}

impl Folder {
    /// The last segment of its path.
    pub fn name(&self) -> &str {
        match self {
            Self::Own(file) | Self::Inbox(file) => &file.collection.name,
            Self::Outbox => OUTBOX,
        }
    }

    /// Its path.
    pub fn href(&self, dav: &Dav) -> String {
        path::folder_of(dav.user(), self.name())
    }

    /// Whether it is a calendar, rather than one of the boxes.
    pub fn is_calendar(&self) -> bool {
        matches!(self, Self::Own(_))
    }

    /// Where its entries are kept; none for what holds none.
    pub fn file(&self) -> Option<&CollectionFile> {
        match self {
            Self::Own(file) | Self::Inbox(file) => Some(file),
            Self::Outbox => None,
        }
    }

    /// The zone of its floating times.
    pub fn zone(&self, owners: Zone) -> ObjectZone {
        actions::floating_zone(self.file().and_then(|file| file.collection.timezone.as_deref()), owners)
    }

    /// One of its entries, with its bytes.
    pub async fn item(&self, dav: &Dav, name: &str) -> Result<Option<EntryFile>, Fault> {
        Ok(self.items(dav, &[name.to_owned()]).await?.pop())
    }

    /// Those of its entries that have these names, with their bytes, in no order.
    pub async fn items(&self, dav: &Dav, names: &[String]) -> Result<Vec<EntryFile>, Fault> {
        match self.file() {
            Some(file) => Ok(dav.app.store.entries(file.collection.id, names).await?),
            None => Ok(Vec::new()),
        }
    }

    /// A page of its entries that may match, by name; empty at the end.
    pub async fn page(&self, dav: &Dav, wanted: &Wanted) -> Result<Vec<EntryFile>, Fault> {
        let Some(file) = self.file() else { return Ok(Vec::new()) };
        let query = EntryQuery {
            collection: file.collection.id,
            range: wanted.range,
            components: wanted.components.clone(),
            uid: wanted.uid.clone(),
            after: wanted.after.clone(),
            bytes: wanted.bytes,
        };
        Ok(dav.app.store.find_entries(query, PAGE).await?)
    }
}

/// Which entries of a folder.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// See [`EntryQuery::range`].
    pub range: Option<(Option<meetme_core::time::Instant>, Option<meetme_core::time::Instant>)>,
    /// See [`EntryQuery::components`].
    pub components: Vec<String>,
    /// See [`EntryQuery::uid`].
    pub uid: Option<String>,
    /// See [`EntryQuery::after`].
    pub after: Option<String>,
    /// See [`EntryQuery::bytes`].
    pub bytes: bool,
}

/// Something in the home of the one who asks.
pub async fn find(dav: &Dav, name: &str) -> Result<Folder, Fault> {
    match name {
        OUTBOX => Ok(Folder::Outbox),
        INBOX => Ok(Folder::Inbox(actions::given_collection(&dav.app, &dav.actor, INBOX).await?)),
        PERSONAL => Ok(Folder::Own(actions::given_collection(&dav.app, &dav.actor, PERSONAL).await?)),
        name => {
            let file = dav.app.store.collection(dav.actor.id(), name).await?;
            file.map(Folder::Own).ok_or_else(Fault::not_found)
        }
    }
}

/// Everything in the home of the one who asks.
pub async fn all(dav: &Dav) -> Result<Vec<Folder>, Fault> {
    let (inbox, personal) = (find(dav, INBOX).await?, find(dav, PERSONAL).await?);
    let files = dav.app.store.collections(dav.actor.id()).await?;
    let others = files.into_iter().filter(|file| ![INBOX, PERSONAL].contains(&file.collection.name.as_str()));
    let mut all = vec![personal];
    all.extend(others.map(Folder::Own));
    all.extend([inbox, Folder::Outbox]);
    Ok(all)
}
