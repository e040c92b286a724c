//! DAV:expand-property (RFC 3253 3.8): properties, and properties of what they name.

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

/// Answers with a multi-status about the thing that was asked.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let mut xml = Xml::document("D:multistatus");
    let response = expanded(question.dav, question.target, question.root, MAX_STEPS).await?;
    xml.raw(&response);
    Ok(multistatus::whole(xml))
}

/// The `DAV:response` about a thing, hrefs in properties replaced by responses where properties of them are wanted.
async fn expanded(dav: &Dav, target: &Target, wanted: &Element, left: usize) -> Result<String, Fault> {
    let properties: Vec<&Element> = wanted.elements().filter(|property| property.is(DAV, "property")).collect();
    let names = properties.iter().filter_map(|property| named(property));
    let prop = Element {
        name: Name::new(DAV, "prop"),
        attributes: Vec::new(),
        children: names
            .map(|name| Node::Element(Element { name, attributes: Vec::new(), children: Vec::new() }))
            .collect(),
    };
    let response = read_back(&of_target(dav, target, &Asked::of_prop(&prop)).await?)?;
    let mut out = response;
    if left > 0 {
        for property in properties {
            let (Some(name), true) = (named(property), property.elements().next().is_some()) else { continue };
            expand_in(dav, &mut out, &name, property, left).await?;
        }
    }
    Ok(out.to_text())
}

async fn expand_in(dav: &Dav, response: &mut Element, name: &Name, wanted: &Element, left: usize) -> Result<(), Fault> {
    for propstat in elements_mut(response).filter(|element| element.is(DAV, "propstat")) {
        for prop in elements_mut(propstat).filter(|element| element.is(DAV, "prop")) {
            for property in elements_mut(prop).filter(|element| element.name == *name) {
                for node in &mut property.children {
                    let Node::Element(href) = node else { continue };
                    let target = Target::of(href.text().trim()).filter(|target| dav.may_see(target).is_ok());
                    if let (true, Some(target)) = (href.is(DAV, "href"), target) {
                        let inner = Box::pin(expanded(dav, &target, wanted, left - 1)).await?;
                        *node = Node::Element(xml::read(inner.as_bytes())?);
                    }
                }
            }
        }
    }
    Ok(())
}

fn elements_mut(element: &mut Element) -> impl Iterator<Item = &mut Element> {
    element.children.iter_mut().filter_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    })
}

fn named(property: &Element) -> Option<Name> {
    Some(Name::new(property.attribute("namespace").unwrap_or(DAV), property.attribute("name")?))
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
