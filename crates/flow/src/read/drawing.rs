//! What a file draws: shapes and edges of its diagram interchange, each with what is needed to paint it.
//!
//! Everything is kept that has a place, executable or not: pools of outside systems, data, annotations, groups.

use std::collections::{HashMap, HashSet};

use super::reader::{attribute, extensions, flag, one_line, reference};
use super::{BPMN, Q};

const BPMNDI: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
const DC: &str = "http://www.omg.org/spec/DD/20100524/DC";
const DI: &str = "http://www.omg.org/spec/DD/20100524/DI";
/// Coordinates beyond this are not drawn.
const FAR: f64 = 1e6;

/// A rectangle in the coordinates of the modeller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// One plane of a file.
#[derive(Debug, Clone)]
pub(crate) struct Drawing {
    /// The collaboration, process or sub-process that it draws.
    pub element: String,
    pub name: String,
    pub figures: Vec<Figure>,
    pub lines: Vec<Line>,
}

impl Drawing {
    /// The same with other names, where there are such.
    pub fn named(&self, names: &dyn Fn(&str) -> Option<String>) -> Drawing {
        let mut drawing = self.clone();
        let rename = |id: &str, name: &mut String| {
            if let Some(other) = names(id) {
                *name = other;
            }
        };
        rename(&drawing.element, &mut drawing.name);
        drawing.figures.iter_mut().for_each(|figure| rename(&figure.id, &mut figure.name));
        drawing.lines.iter_mut().for_each(|line| rename(&line.id, &mut line.name));
        drawing
    }
}

/// A shape.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub id: String,
    /// The name of the BPMN element.
    pub tag: String,
    pub name: String,
    pub bounds: Rect,
    /// Where the modeller put the name.
    pub label: Option<Rect>,
    /// For pools: the process inside.
    pub process: Option<String>,
    pub expanded: bool,
    pub horizontal: bool,
    /// The cross of an exclusive gateway is drawn.
    pub marked: bool,
    /// What sets an event off, or what it brings about: `message`, `timer`, ….
    pub event: Option<String>,
    pub interrupting: bool,
    pub by_event: bool,
    /// `parallel`, `sequential` or `loop`.
    pub repeat: Option<&'static str>,
    /// Paragraphs carried out, without their acts.
    pub law: Vec<String>,
    /// Open points it rests on.
    pub points: Vec<String>,
}

/// An edge.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub id: String,
    pub tag: String,
    pub name: String,
    /// At least two.
    pub points: Vec<(f64, f64)>,
    pub label: Option<Rect>,
    /// The default flow of its source.
    pub default: bool,
}

/// The drawings of a file.
pub(crate) fn read(document: &xml::Document) -> Vec<Drawing> {
    let mut model = Model { by_id: HashMap::new(), defaults: HashSet::new() };
    for element in document.elements().filter(|element| element.namespace() == Some(BPMN)) {
        if let Some(id) = attribute(element, "id") {
            model.by_id.insert(id, element);
        }
        if let Some(default) = reference(element, "default") {
            model.defaults.insert(default);
        }
    }
    let planes = document.elements().filter(|element| element.is(BPMNDI, "BPMNPlane"));
    planes.filter_map(|plane| drawing(&model, plane)).collect()
}

struct Model<'d> {
    by_id: HashMap<&'d str, xml::Element<'d>>,
    defaults: HashSet<&'d str>,
}

fn drawing(model: &Model<'_>, plane: xml::Element<'_>) -> Option<Drawing> {
    let element = reference(plane, "bpmnElement")?;
    let name = model.by_id.get(element).and_then(|element| attribute(*element, "name")).unwrap_or(element);
    let mut drawing =
        Drawing { element: element.to_owned(), name: one_line(name), figures: Vec::new(), lines: Vec::new() };
    for child in plane.children() {
        let Some(element) = reference(child, "bpmnElement").and_then(|id| model.by_id.get(id)) else {
            continue;
        };
        if child.is(BPMNDI, "BPMNShape") {
            drawing.figures.extend(figure(model, child, *element));
        } else if child.is(BPMNDI, "BPMNEdge") {
            drawing.lines.extend(line(model, child, *element));
        }
    }
    Some(drawing)
}

fn figure(model: &Model<'_>, shape: xml::Element<'_>, element: xml::Element<'_>) -> Option<Figure> {
    let tag = element.local_name();
    let (event, name) = (event(element), name_of(model, element));
    Some(Figure {
        id: attribute(element, "id")?.to_owned(),
        tag: tag.to_owned(),
        name,
        bounds: rect(shape.child(DC, "Bounds")?)?,
        label: label(shape),
        process: reference(element, "processRef").map(str::to_owned),
        expanded: flag(shape, "isExpanded", tag == "participant" || tag == "lane"),
        horizontal: flag(shape, "isHorizontal", true),
        marked: flag(shape, "isMarkerVisible", true),
        event,
        interrupting: flag(element, "cancelActivity", true) && flag(element, "isInterrupting", true),
        by_event: flag(element, "triggeredByEvent", false),
        repeat: repeat(element),
        law: extensions(element, Q)
            .filter(|child| child.local_name() == "law")
            .filter_map(|law| attribute(law, "par").map(str::to_owned))
            .collect(),
        points: extensions(element, Q)
            .filter(|child| child.local_name() == "default")
            .filter_map(|point| attribute(point, "point").map(str::to_owned))
            .collect(),
    })
}

/// Data references may be named by what they refer to; annotations and groups keep their text elsewhere.
fn name_of(model: &Model<'_>, element: xml::Element<'_>) -> String {
    let of_reference = |attribute_name: &str| {
        reference(element, attribute_name)
            .and_then(|id| model.by_id.get(id))
            .and_then(|referred| attribute(*referred, "name").or_else(|| attribute(*referred, "value")))
    };
    if let Some(name) = attribute(element, "name") {
        return one_line(name);
    }
    if let Some(text) = element.child(BPMN, "text") {
        return text.text().trim().to_owned();
    }
    let named = of_reference("dataObjectRef").or_else(|| of_reference("dataStoreRef"));
    named.or_else(|| of_reference("categoryValueRef")).map(one_line).unwrap_or_default()
}

fn event(element: xml::Element<'_>) -> Option<String> {
    let mut kinds = element
        .children()
        .filter(|child| child.namespace() == Some(BPMN))
        .filter_map(|child| child.local_name().strip_suffix("EventDefinition"));
    let first = kinds.next()?;
    Some(if kinds.next().is_some() { "multiple".to_owned() } else { first.to_owned() })
}

fn repeat(element: xml::Element<'_>) -> Option<&'static str> {
    if element.child(BPMN, "standardLoopCharacteristics").is_some() {
        return Some("loop");
    }
    let repeated = element.child(BPMN, "multiInstanceLoopCharacteristics")?;
    Some(if flag(repeated, "isSequential", false) { "sequential" } else { "parallel" })
}

fn line(model: &Model<'_>, edge: xml::Element<'_>, element: xml::Element<'_>) -> Option<Line> {
    let id = attribute(element, "id")?;
    let points: Vec<(f64, f64)> = edge
        .children()
        .filter(|child| child.is(DI, "waypoint"))
        .filter_map(|point| Some((number(point, "x")?, number(point, "y")?)))
        .collect();
    (points.len() >= 2).then(|| Line {
        id: id.to_owned(),
        tag: element.local_name().to_owned(),
        name: one_line(attribute(element, "name").unwrap_or_default()),
        points,
        label: label(edge),
        default: model.defaults.contains(id),
    })
}

fn label(shape: xml::Element<'_>) -> Option<Rect> {
    rect(shape.child(BPMNDI, "BPMNLabel")?.child(DC, "Bounds")?)
}

fn rect(bounds: xml::Element<'_>) -> Option<Rect> {
    let (width, height) = (number(bounds, "width")?, number(bounds, "height")?);
    let rect = Rect { x: number(bounds, "x")?, y: number(bounds, "y")?, width, height };
    (width >= 0.0 && height >= 0.0).then_some(rect)
}

fn number(element: xml::Element<'_>, name: &str) -> Option<f64> {
    attribute(element, name)?.parse::<f64>().ok().filter(|number| number.abs() <= FAR)
}
