//! PROPFIND (RFC 4918 9.1): what things are, and what is in them.

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::caldav::door::{Dav, Depth, depth, xml_body};
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Entries, Folder, Wanted};
use crate::caldav::multistatus::{self, Source};
use crate::caldav::path::{self, Target};
use crate::caldav::prefer::Prefer;
use crate::caldav::props::{Asked, Kept, Made, Teller, Thing};
use crate::caldav::report::made_token;
use crate::caldav::xml::{DAV, Element, Xml};

/// Answers with a multi-status.
pub async fn propfind(dav: &Dav, target: &Target, request: Request) -> Result<Response, Fault> {
    let headers = request.headers().clone();
    let place = request.uri().path().to_owned();
    // Below a calendar there is one level. Who says nothing of a tree is told what is in it, not refused all of it.
    let level = matches!(target, Target::Folder(..) | Target::Item(..));
    let depth = match depth(&headers, if level { Depth::Infinity } else { Depth::One })? {
        Depth::Infinity if !level => {
            return Err(Fault::condition("D:propfind-finite-depth", "ask with Depth: 0 or 1"));
        }
        depth => depth,
    };
    let prefer = Prefer::of(&headers);
    let asked = asked(xml_body(request).await?)?;
    let root = root_href(&place);
    let mut finding = Finding { dav, asked, root, minimal: prefer.minimal, xml: multistatus::begun() };
    let inside = finding.find(target, depth, prefer.noroot).await?;
    let mut response = match inside {
        None => multistatus::whole(finding.xml),
        Some(folder) => {
            let kept = Kept::below(dav, &folder.name(), &finding.asked).await?;
            let (asked, entries) = (finding.asked, Entries::of(Wanted::default()));
            let members = Members { dav: dav.clone(), folder, entries, kept, asked, minimal: prefer.minimal };
            multistatus::flowing(finding.xml, members).await?
        }
    };
    if prefer.minimal {
        Prefer::applied(&mut response, "return=minimal");
    }
    // RFC 4918 5.2: what is a collection is told without its last slash.
    if place.starts_with(path::ROOT) && !place.ends_with('/') && !matches!(target, Target::Item(..)) {
        let href = HeaderValue::from_str(&target.href()).expect("a path is encoded");
        response.headers_mut().insert(header::CONTENT_LOCATION, href);
    }
    Ok(response)
}

/// The root by the name that the client has for it: some look for what they asked for by just that.
fn root_href(place: &str) -> &str {
    if place.starts_with("/dav") { path::ROOT } else { place }
}

/// What a `DAV:propfind` asks for; nothing at all is everything.
fn asked(body: Option<Element>) -> Result<Asked, Fault> {
    let Some(root) = body else { return Ok(Asked::All(Vec::new())) };
    if !root.is(DAV, "propfind") {
        return Err(Fault::bad_request("the body of a PROPFIND is a DAV:propfind"));
    }
    if let Some(prop) = root.child(DAV, "prop") {
        return Asked::of_prop(prop);
    }
    if root.child(DAV, "propname").is_some() {
        return Ok(Asked::Names);
    }
    if root.child(DAV, "allprop").is_some() {
        return root.child(DAV, "include").map_or(Ok(Asked::All(Vec::new())), Asked::all_with);
    }
    Err(Fault::bad_request("a DAV:propfind has prop, propname or allprop"))
}

/// An answer in the making.
struct Finding<'a> {
    dav: &'a Dav,
    asked: Asked,
    root: &'a str,
    minimal: bool,
    xml: Xml,
}

impl Finding<'_> {
    /// Tells of the thing and of what is directly in it; the folder whose entries are to be told too.
    async fn find(&mut self, target: &Target, depth: Depth, noroot: bool) -> Result<Option<Folder>, Fault> {
        let deep = depth != Depth::Zero;
        let root = !(noroot && deep);
        let user = self.dav.user().to_owned();
        match target {
            Target::Root | Target::Principals | Target::Homes => {
                if root {
                    let href = if *target == Target::Root { self.root.to_owned() } else { target.href() };
                    self.add(&href, Thing::Place, &[]);
                }
                match target {
                    Target::Root if deep => {
                        for place in [Target::Principals, Target::Homes] {
                            self.add(&place.href(), Thing::Place, &[]);
                        }
                    }
                    Target::Principals if deep => self.principal().await?,
                    Target::Homes if deep => self.home().await?,
                    _ => {}
                }
            }
            Target::Principal(_) => self.principal().await?,
            Target::Home(_) => {
                if root {
                    self.home().await?;
                }
                if deep {
                    let kept = Kept::below(self.dav, "", &self.asked).await?;
                    for folder in folder::all(self.dav).await? {
                        self.folder(&folder, kept.on(&folder.name())).await?;
                    }
                }
            }
            Target::Folder(_, name) => {
                let folder = folder::find(self.dav, name).await?;
                if root {
                    let kept = self.dav.app.store.properties(self.dav.actor.id(), name).await?;
                    self.folder(&folder, &kept).await?;
                }
                return Ok(deep.then_some(folder));
            }
            Target::Item(_, folder, name) => {
                let place = format!("{folder}/{name}");
                let folder = folder::find(self.dav, folder).await?;
                let item = folder.item(self.dav, name).await?.ok_or_else(Fault::not_found)?;
                let kept = self.dav.app.store.properties(self.dav.actor.id(), &place).await?;
                self.add(&path::item_of(&user, &folder.name(), name), Thing::Item(&folder, &item), &kept);
            }
        }
        Ok(None)
    }

    /// A folder; what its sync-token says has to be looked up where its entries are made.
    async fn folder(&mut self, folder: &Folder, kept: &[(String, String)]) -> Result<(), Fault> {
        let made = if folder.is_made() && self.asked.is_of_changes() {
            Some(Made {
                tag: folder.made_tag(self.dav).await?,
                token: made_token(self.dav, folder).await?,
                description: folder.description(self.dav).await?,
            })
        } else {
            None
        };
        let thing = Thing::Folder(folder, made.as_ref());
        self.add(&folder.href(self.dav), thing, kept);
        Ok(())
    }

    fn add(&mut self, href: &str, thing: Thing<'_>, kept: &[(String, String)]) {
        Teller { dav: self.dav, asked: &self.asked, minimal: self.minimal }.tell(
            &mut self.xml,
            href,
            thing,
            kept,
            None,
        );
    }

    async fn principal(&mut self) -> Result<(), Fault> {
        let href = path::principal(self.dav.user());
        let kept = self.dav.app.store.properties(self.dav.actor.id(), &href).await?;
        self.add(&href, Thing::Principal, &kept);
        Ok(())
    }

    async fn home(&mut self) -> Result<(), Fault> {
        let kept = self.dav.app.store.properties(self.dav.actor.id(), "").await?;
        self.add(&path::home(self.dav.user()), Thing::Home, &kept);
        Ok(())
    }
}

/// The entries of a folder, to be told one by one.
struct Members {
    dav: Dav,
    folder: Folder,
    entries: Entries,
    kept: Kept,
    asked: Asked,
    minimal: bool,
}

impl Source for Members {
    async fn next(&mut self, xml: &mut Xml) -> Result<bool, Fault> {
        let Self { dav, folder, entries, kept, asked, minimal } = self;
        let Some(item) = entries.next(dav, folder).await? else { return Ok(false) };
        let href = path::item_of(dav.user(), &folder.name(), &item.name);
        Teller { dav, asked, minimal: *minimal }.tell(
            xml,
            &href,
            Thing::Item(folder, &item),
            kept.on(&item.name),
            None,
        );
        Ok(true)
    }
}
