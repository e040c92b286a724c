//! What is in a calendar home, whatever stands behind it.

use std::borrow::Cow;
use std::collections::HashSet;

use meetme_core::object::ObjectZone;
use meetme_core::time::Zone;

use crate::actions::{self, INBOX, PERSONAL};
use crate::caldav::booked::{self, BOOKINGS};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::{added, offered, path};
use crate::store::{CollectionFile, EntryFile, EntryQuery, EventFile, MAX_EVENTS, is_full};

/// Where free-busy is asked for.
pub const OUTBOX: &str = "outbox";
/// Entries that are read from the store at once, and with their bytes.
const PAGE: usize = 1_000;
const PAGE_WITH_BYTES: usize = 200;

/// Something in a home that holds entries.
#[derive(Debug, Clone)]
pub enum Folder {
    /// A calendar of the user's own.
    Own(CollectionFile),
    /// Where invitations arrive.
    Inbox(CollectionFile),
    /// Where free-busy is asked for. Nothing is ever in it.
    Outbox,
    /// The user's bookings.
    Bookings,
    /// The windows of one of the user's events.
    Offered(Box<EventFile>),
    /// The open slots of someone else's event.
    Added(Box<EventFile>),
}

/// Names that clients cannot make or take away.
pub fn is_reserved(name: &str) -> bool {
    [PERSONAL, INBOX, OUTBOX, BOOKINGS].contains(&name) || name.starts_with("event-") || name.starts_with("book-")
}

impl Folder {
    /// The last segment of its path.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Own(file) | Self::Inbox(file) => Cow::Borrowed(&file.collection.name),
            Self::Outbox => Cow::Borrowed(OUTBOX),
            Self::Bookings => Cow::Borrowed(BOOKINGS),
            Self::Offered(file) => Cow::Owned(offered::folder_name(file)),
            Self::Added(file) => Cow::Owned(added::folder_name(file)),
        }
    }

    /// What people read where they have not named it themselves.
    pub fn title(&self) -> String {
        match self {
            Self::Bookings => "Bookings".to_owned(),
            Self::Offered(file) => format!("Times for {}", file.event.title),
            Self::Added(file) => format!("{} with {}", file.event.title, file.host.display_name),
            folder => folder.name().into_owned(),
        }
    }

    /// What it is for, where people have not said it themselves.
    pub async fn description(&self, dav: &Dav) -> Result<Option<String>, Fault> {
        match self {
            Self::Added(file) => Ok(Some(added::description(dav, file).await?)),
            _ => Ok(None),
        }
    }

    /// Its path.
    pub fn href(&self, dav: &Dav) -> String {
        path::folder_of(dav.user(), &self.name())
    }

    /// Whether it is a calendar, rather than one of the boxes.
    pub fn is_calendar(&self) -> bool {
        !matches!(self, Self::Inbox(_) | Self::Outbox)
    }

    /// Whether its entries are made when they are asked for, of what the server knows.
    pub fn is_made(&self) -> bool {
        matches!(self, Self::Bookings | Self::Offered(_) | Self::Added(_))
    }

    /// Where its entries are kept; none for what holds none.
    pub fn file(&self) -> Option<&CollectionFile> {
        match self {
            Self::Own(file) | Self::Inbox(file) => Some(file),
            _ => None,
        }
    }

    /// The zone of its floating times.
    pub fn zone(&self, owners: Zone) -> ObjectZone {
        actions::floating_zone(self.file().and_then(|file| file.collection.timezone.as_deref()), owners)
    }

    /// One of its entries, with its bytes.
    pub async fn item(&self, dav: &Dav, name: &str) -> Result<Option<EntryFile>, Fault> {
        match self {
            Self::Added(file) => added::item(dav, file, name).await,
            _ => Ok(self.items(dav, &[name.to_owned()]).await?.pop()),
        }
    }

    /// Those of its entries that have these names, with their bytes. Those that are kept come in the order of the
    /// names, no more than fill a page of the store.
    pub async fn items(&self, dav: &Dav, names: &[String]) -> Result<Vec<EntryFile>, Fault> {
        let Some(file) = self.file() else {
            if matches!(self, Self::Bookings) {
                return booked::named(dav, names).await;
            }
            let names: HashSet<&str> = names.iter().map(String::as_str).collect();
            return Ok(self.made(dav).await?.into_iter().filter(|item| names.contains(item.name.as_str())).collect());
        };
        Ok(dav.app.store.entries(file.collection.id, names).await?)
    }

    /// The entries of a folder that makes them, by name.
    pub async fn made(&self, dav: &Dav) -> Result<Vec<EntryFile>, Fault> {
        let mut items = match self {
            Self::Bookings => booked::items(dav).await?,
            Self::Offered(file) => offered::items(dav, file).await?,
            Self::Added(file) => added::items(dav, file).await?,
            Self::Own(_) | Self::Inbox(_) | Self::Outbox => Vec::new(),
        };
        items.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(items)
    }

    /// What changes whenever one of the entries that are made does.
    pub async fn made_tag(&self, dav: &Dav) -> Result<String, Fault> {
        let tags: String = self.made(dav).await?.iter().map(|item| format!("{} {}\n", item.name, item.etag)).collect();
        Ok(actions::etag_of(tags.as_bytes()))
    }

    /// A page of its entries that may match, by name, and whether there may be more.
    async fn page(&self, dav: &Dav, wanted: &Wanted) -> Result<(Vec<EntryFile>, bool), Fault> {
        let Some(file) = self.file() else {
            // Small enough to be told at once: each of these has its limit.
            return Ok((self.made(dav).await?, false));
        };
        let query = EntryQuery {
            collection: file.collection.id,
            range: wanted.range,
            components: wanted.components.clone(),
            uid: wanted.uid.clone(),
            after: wanted.after.clone(),
            bytes: wanted.bytes,
        };
        let limit = if wanted.bytes { PAGE_WITH_BYTES } else { PAGE };
        let page = dav.app.store.find_entries(query, limit).await?;
        let more = is_full(&page, limit);
        Ok((page, more))
    }
}

/// Entries of a folder, one after the other.
pub struct Entries {
    wanted: Wanted,
    page: std::vec::IntoIter<EntryFile>,
    more: bool,
}

impl Entries {
    /// Those that may match, by name.
    pub fn of(wanted: Wanted) -> Self {
        Self { wanted, page: Vec::new().into_iter(), more: true }
    }

    /// The next one. The folder is the same every time.
    pub async fn next(&mut self, dav: &Dav, folder: &Folder) -> Result<Option<EntryFile>, Fault> {
        if self.page.len() == 0 && self.more {
            let (page, more) = folder.page(dav, &self.wanted).await?;
            self.wanted.after = page.last().map(|last| last.name.clone());
            (self.page, self.more) = (page.into_iter(), more);
        }
        Ok(self.page.next())
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
        BOOKINGS => Ok(Folder::Bookings),
        name if name.starts_with("book-") => {
            let event = added::event_of(name).ok_or_else(Fault::not_found)?;
            if !actions::added_events(&dav.app, &dav.actor).await?.contains(&event) {
                return Err(Fault::not_found());
            }
            let file = actions::see_event(&dav.app, &event, Some(&dav.actor)).await?;
            Ok(Folder::Added(Box::new(file)))
        }
        name => {
            if let Some(slug) = name.strip_prefix("event-").and_then(|slug| slug.parse().ok()) {
                let file = dav.app.store.event(&dav.actor.0.user.username, &slug).await?;
                return file.map(|file| Folder::Offered(Box::new(file))).ok_or_else(Fault::not_found);
            }
            let file = dav.app.store.collection(dav.actor.id(), name).await?;
            file.map(Folder::Own).ok_or_else(Fault::not_found)
        }
    }
}

/// Everything in the home of the one who asks.
pub async fn all(dav: &Dav) -> Result<Vec<Folder>, Fault> {
    let (inbox, personal) = (find(dav, INBOX).await?, find(dav, PERSONAL).await?);
    let files = dav.app.store.collections(dav.actor.id()).await?;
    let told = |name: &str| ![INBOX, PERSONAL].contains(&name) && !actions::is_hidden(name);
    let others = files.into_iter().filter(|file| told(&file.collection.name));
    let mut all = vec![personal];
    all.extend(others.map(Folder::Own));
    all.push(Folder::Bookings);
    for event in dav.app.store.events(dav.actor.id(), None, MAX_EVENTS).await? {
        let file = dav.app.store.event_by_id(event.id).await?;
        all.extend(file.map(|file| Folder::Offered(Box::new(file))));
    }
    for event in actions::added_events(&dav.app, &dav.actor).await? {
        // One that went, or is not for this user any more, is not shown.
        if let Ok(file) = actions::see_event(&dav.app, &event, Some(&dav.actor)).await {
            all.push(Folder::Added(Box::new(file)));
        }
    }
    all.extend([inbox, Folder::Outbox]);
    Ok(all)
}
