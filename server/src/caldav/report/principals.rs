//! Reports about principals (RFC 3744 9). People find themselves here and nobody else.

use axum::body::Body;
use axum::http::header;
use axum::response::Response;

use crate::caldav::fault::Fault;
use crate::caldav::path;
use crate::caldav::propfind::multistatus;
use crate::caldav::props::{Asked, Teller, Thing};
use crate::caldav::report::Question;
use crate::caldav::xml::{DAV, Xml};

/// DAV:principal-property-search: the one who asks, if everything that is looked for is in what they are
/// called.
pub async fn search(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, root, .. } = question;
    let user = &dav.actor.0.user;
    let called = [user.display_name.to_lowercase(), user.email.to_lowercase(), user.username.as_str().to_owned()];
    let matches: Vec<String> = root
        .elements()
        .filter(|search| search.is(DAV, "property-search"))
        .filter_map(|search| search.child(DAV, "match"))
        .map(|text| text.text().trim().trim_start_matches("mailto:").to_lowercase())
        .collect();
    let is_meant = matches.iter().all(|text| called.iter().any(|name| name.contains(text)));
    Ok(about(question, is_meant))
}

/// DAV:principal-match: which principals are the one who asks.
pub async fn matching(question: &Question<'_>) -> Result<Response, Fault> {
    Ok(about(question, question.root.child(DAV, "self").is_some()))
}

fn about(question: &Question<'_>, is_meant: bool) -> Response {
    let Question { dav, root, .. } = question;
    // Some clients put what they ask for beside the DAV:prop.
    let prop = root.child(DAV, "prop").filter(|prop| prop.elements().next().is_some());
    let asked = Asked::of_prop(prop.unwrap_or(root));
    let mut xml = Xml::document("D:multistatus");
    if is_meant {
        let href = path::principal(dav.user());
        Teller { dav, asked: &asked, minimal: false }.tell(&mut xml, &href, Thing::Principal, &[], None);
    }
    multistatus(xml)
}

/// DAV:principal-search-property-set: what can be looked for.
pub fn searchable() -> Response {
    let mut xml = Xml::document("D:principal-search-property-set");
    for (property, words) in [
        ("D:displayname", "name"),
        ("C:calendar-user-address-set", "calendar address"),
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
