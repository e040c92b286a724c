//! Reports about principals (RFC 3744 9). People find themselves here and nobody else.

use axum::body::Body;
use axum::http::header;
use axum::response::Response;

use crate::actions;
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::multistatus;
use crate::caldav::path;
use crate::caldav::props::{Asked, Teller, Thing};
use crate::caldav::report::Question;
use crate::caldav::xml::{CALDAV, CALSERVER, DAV, Element, Name, Xml};

/// DAV:principal-property-search (RFC 3744 9.4): the one who asks, if they are what is looked for.
pub async fn search(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, root, .. } = question;
    let searches: Vec<&Element> = root.elements().filter(|search| search.is(DAV, "property-search")).collect();
    let is_meant = if root.attribute("test") == Some("anyof") {
        searches.iter().any(|search| fits(dav, search))
    } else {
        searches.iter().all(|search| fits(dav, search))
    };
    about(question, is_meant).await
}

/// Whether all properties of a `DAV:property-search` match.
fn fits(dav: &Dav, search: &Element) -> bool {
    let wanted = search.child(DAV, "match");
    let text = wanted.map(Element::text).unwrap_or_default().trim().to_lowercase();
    let how = wanted.and_then(|wanted| wanted.attribute("match-type")).unwrap_or("contains");
    let matches = |value: &String| {
        let value = value.to_lowercase();
        match how {
            "equals" => value == text,
            "starts-with" => value.starts_with(&text),
            "ends-with" => value.ends_with(&text),
            _ => value.contains(&text),
        }
    };
    let properties = search.child(DAV, "prop").into_iter().flat_map(Element::elements);
    let mut properties = properties.map(|property| values(dav, &property.name)).peekable();
    properties.peek().is_some() && properties.all(|values| values.iter().any(matches))
}

/// What a property of the one who asks says, for those that can be looked for.
fn values(dav: &Dav, property: &Name) -> Vec<String> {
    let user = &dav.actor.0.user;
    match (property.space.as_str(), property.local.as_str()) {
        (DAV, "displayname") => vec![user.display_name.clone(), user.username.to_string()],
        (CALDAV, "calendar-user-address-set") => actions::addresses(&dav.app, user),
        (CALDAV, "calendar-user-type") => vec!["INDIVIDUAL".to_owned()],
        (CALSERVER, "email-address-set") => vec![user.email.to_string()],
        _ => Vec::new(),
    }
}

/// DAV:principal-match: which principals are the one who asks.
pub async fn matching(question: &Question<'_>) -> Result<Response, Fault> {
    about(question, question.root.child(DAV, "self").is_some()).await
}

async fn about(question: &Question<'_>, is_meant: bool) -> Result<Response, Fault> {
    let Question { dav, root, .. } = question;
    // Some clients put what they ask for beside the DAV:prop.
    let prop = root.child(DAV, "prop").filter(|prop| prop.elements().next().is_some());
    let asked = Asked::of_prop(prop.unwrap_or(root))?;
    let mut xml = Xml::document("D:multistatus");
    if is_meant {
        let href = path::principal(dav.user());
        let kept = dav.app.store.properties(dav.actor.id(), &href).await?;
        Teller { dav, asked: &asked, minimal: false }.tell(&mut xml, &href, Thing::Principal, &kept, None);
    }
    Ok(multistatus::whole(xml))
}

/// DAV:principal-search-property-set: what can be looked for.
pub fn searchable() -> Response {
    let mut xml = Xml::document("D:principal-search-property-set");
    for (property, words) in [
        ("D:displayname", "name"),
        ("C:calendar-user-address-set", "calendar address"),
        ("C:calendar-user-type", "kind"),
        ("CS:email-address-set", "mail address"),
    ] {
        xml.element("D:principal-search-property", |xml| {
            xml.element("D:prop", |xml| xml.empty(property));
            xml.value("D:description", words);
        });
    }
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "application/xml; charset=utf-8")
        .body(Body::from(xml.finish("D:principal-search-property-set")));
    response.expect("its headers are ours")
}
