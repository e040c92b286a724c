//! DAV:expand-property (RFC 3253 3.8): properties, and properties of what they name.

use std::collections::BTreeMap;

use axum::response::Response;

use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::folder;
use crate::caldav::multistatus;
use crate::caldav::path::Target;
use crate::caldav::props::{Asked, Teller, Thing};
use crate::caldav::report::Question;
use crate::caldav::xml::{self, DAV, Element, Name, Node, Xml};

/// How many steps from one thing to the next are taken.
const MAX_STEPS: usize = 4;
/// The most things of one answer.
const MAX_THINGS: usize = 200;

/// Answers with a multi-status about the thing that was asked.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let mut xml = Xml::document("D:multistatus");
    let mut expansion = Expansion { dav: question.dav, left: MAX_THINGS };
    let response = expansion.expanded(question.target, &Wanted::of([question.root]), MAX_STEPS).await?;
    xml.raw(&response.to_text());
    Ok(multistatus::whole(xml))
}

/// Properties that are wanted, each once, with what is wanted of what they name.
struct Wanted(BTreeMap<Name, Self>);

impl Wanted {
    /// What the `DAV:property` elements in these ask for.
    fn of<'e>(elements: impl IntoIterator<Item = &'e Element>) -> Self {
        let mut named: BTreeMap<Name, Vec<&Element>> = BTreeMap::new();
        let inside = elements.into_iter().flat_map(Element::elements);
        for property in inside.filter(|property| property.is(DAV, "property")) {
            let Some(name) = property.attribute("name") else { continue };
            let name = Name::new(property.attribute("namespace").unwrap_or(DAV), name);
            named.entry(name).or_default().push(property);
        }
        Self(named.into_iter().map(|(name, properties)| (name, Self::of(properties))).collect())
    }

    fn asked(&self) -> Result<Asked, Fault> {
        let properties = self.0.keys().map(|name| Element { name: name.clone(), ..Element::named(DAV, "prop") });
        let children = properties.map(Node::Element).collect();
        Asked::of_prop(&Element { children, ..Element::named(DAV, "prop") })
    }
}

/// An answer in the making.
struct Expansion<'a> {
    dav: &'a Dav,
    /// How many things may be told yet.
    left: usize,
}

impl Expansion<'_> {
    /// The `DAV:response` about a thing, hrefs in properties replaced by responses where properties of them are wanted.
    async fn expanded(&mut self, target: &Target, wanted: &Wanted, steps: usize) -> Result<Element, Fault> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            let why = format!("that leads to more than {MAX_THINGS} things");
            Fault::condition("D:number-of-matches-within-limits", why)
        })?;
        let mut response = read_back(&of_target(self.dav, target, &wanted.asked()?).await?)?;
        let Some(steps) = steps.checked_sub(1) else { return Ok(response) };
        let propstats = elements_mut(&mut response).filter(|element| element.is(DAV, "propstat"));
        let props = propstats.flat_map(elements_mut).filter(|element| element.is(DAV, "prop"));
        for property in props.flat_map(elements_mut) {
            let Some(wanted) = wanted.0.get(&property.name).filter(|wanted| !wanted.0.is_empty()) else { continue };
            for href in elements_mut(property).filter(|element| element.is(DAV, "href")) {
                let target = Target::of(href.text().trim()).filter(|target| self.dav.may_see(target).is_ok());
                if let Some(target) = target {
                    *href = Box::pin(self.expanded(&target, wanted, steps)).await?;
                }
            }
        }
        Ok(response)
    }
}

fn elements_mut(element: &mut Element) -> impl Iterator<Item = &mut Element> {
    element.children.iter_mut().filter_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    })
}

fn read_back(document: &[u8]) -> Result<Element, Fault> {
    let root = xml::read(document)?;
    root.elements().next().cloned().ok_or_else(Fault::not_found)
}

/// A document with the `DAV:response` about one thing.
async fn of_target(dav: &Dav, target: &Target, asked: &Asked) -> Result<Vec<u8>, Fault> {
    let mut xml = Xml::document("D:multistatus");
    let href = target.href();
    match target {
        Target::Root | Target::Principals | Target::Homes => {
            Teller { dav, asked, minimal: false }.tell(&mut xml, &href, Thing::Place, &[], None);
        }
        Target::Principal(_) => {
            let kept = dav.app.store.properties(dav.actor.id(), &href).await?;
            Teller { dav, asked, minimal: false }.tell(&mut xml, &href, Thing::Principal, &kept, None);
        }
        Target::Home(_) => {
            let kept = dav.app.store.properties(dav.actor.id(), "").await?;
            Teller { dav, asked, minimal: false }.tell(&mut xml, &href, Thing::Home, &kept, None);
        }
        Target::Folder(_, name) => {
            let folder = folder::find(dav, name).await?;
            let kept = dav.app.store.properties(dav.actor.id(), name).await?;
            Teller { dav, asked, minimal: false }.tell(&mut xml, &href, Thing::Folder(&folder, None), &kept, None);
        }
        Target::Item(_, folder, name) => {
            let kept = dav.app.store.properties(dav.actor.id(), &format!("{folder}/{name}")).await?;
            let folder = folder::find(dav, folder).await?;
            let item = folder.item(dav, name).await?.ok_or_else(Fault::not_found)?;
            Teller { dav, asked, minimal: false }.tell(&mut xml, &href, Thing::Item(&folder, &item), &kept, None);
        }
    }
    Ok(xml.finish("D:multistatus"))
}
