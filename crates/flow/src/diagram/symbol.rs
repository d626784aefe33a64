//! The small pictures that BPMN puts on shapes: what a task is, what sets an event off, how often an activity is carried out.
//!
//! Each is path data in a box of 16 by 16.

use super::canvas::{Canvas, INK, PAPER, Paint};

/// The picture of an event's trigger. Throwing events have it filled.
pub(super) fn event(canvas: &mut Canvas, kind: &str, x: f64, y: f64, size: f64, filled: bool) {
    let data = match kind {
        "message" if filled => "M1 4L8 9L15 4M1 3H15V13H1Z",
        "message" => "M1 3H15V13H1ZM1 3L8 9L15 3",
        "timer" => "M8 1A7 7 0 1 0 8.01 1ZM8 4V8L11 10M8 1V2.5M8 13.5V15M1 8H2.5M13.5 8H15",
        "error" => "M2 14L6 3L10 10L14 2L10.5 14L6.5 7.5Z",
        "terminate" => "M8 1A7 7 0 1 0 8.01 1Z",
        "signal" => "M8 2L15 14H1Z",
        "escalation" => "M8 1L14 15L8 9L2 15Z",
        "compensate" => "M8 3V13L1 8ZM15 3V13L8 8Z",
        "conditional" => "M3 1H13V15H3ZM5 4H11M5 7H11M5 10H11M5 13H11",
        "link" => "M1 6H9V3L15 8L9 13V10H1Z",
        "cancel" => "M3 1L8 6L13 1L15 3L10 8L15 13L13 15L8 10L3 15L1 13L6 8L1 3Z",
        _ => "M8 1L15 6L12.5 14H3.5L1 6Z",
    };
    let solid = filled || kind == "terminate";
    // A filled envelope keeps the line of its flap.
    let stroke = if kind == "message" && filled { PAPER } else { INK };
    let fill = if solid { INK } else { "none" };
    let paint = Paint { fill, stroke, width: 1.1, dashes: "" };
    canvas.glyph(x, y, size / 16.0, data, paint);
}

/// The picture of a task's kind, if it has one.
pub(super) fn task(canvas: &mut Canvas, tag: &str, x: f64, y: f64) -> bool {
    let (data, filled) = match tag {
        "userTask" => ("M8 1.5A3.2 3.2 0 1 0 8.01 1.5ZM1.5 15C1.5 10 4 8.5 8 8.5S14.5 10 14.5 15Z", false),
        "serviceTask" => (
            "M8 5A3 3 0 1 0 8.01 5ZM8 1V3.5M8 12.5V15M1 8H3.5M12.5 8H15M3 3L4.8 4.8M11.2 11.2L13 13M13 3L11.2 4.8M4.8 11.2L3 13M8 3A5 5 0 1 0 8.01 3Z",
            false,
        ),
        "sendTask" => ("M1 3H15V13H1ZM1 3L8 9L15 3", true),
        "receiveTask" => ("M1 3H15V13H1ZM1 3L8 9L15 3", false),
        "businessRuleTask" => ("M1 2H15V14H1ZM1 6H15M1 10H15M5.5 6V14", false),
        "scriptTask" => ("M4 1H14C11 5 15 8 12 15H2C5 8 1 5 4 1ZM5 4.5H10M5 8H11M4.5 11.5H10", false),
        "manualTask" => {
            ("M1 8C2 5 5 3 8 3H9L7.5 5H14V7H15V9H14V11H13V13H5C3 13 1 11 1 8ZM9 7H15M9 9H15M9 11H14", false)
        }
        _ => return false,
    };
    let stroke = if filled { PAPER } else { INK };
    let fill = if filled { INK } else { "none" };
    canvas.glyph(x, y, 1.0, data, Paint { fill, stroke, width: 1.0, dashes: "" });
    true
}

/// The markers at the foot of an activity, beside one another around `x`.
pub(super) fn markers(canvas: &mut Canvas, markers: &[&str], x: f64, y: f64) {
    const STEP: f64 = 18.0;
    let first = x - STEP * (markers.len() as f64) / 2.0 + 1.0;
    for (place, marker) in (0_u8..).zip(markers) {
        let data = match *marker {
            "parallel" => "M4 2V14M8 2V14M12 2V14",
            "sequential" => "M2 4H14M2 8H14M2 12H14",
            "loop" => "M12 13A6 6 0 1 0 4.5 13.2M4.5 13.2L1.5 13.8M4.5 13.2L4 10",
            "collapsed" => "M1 1H15V15H1ZM8 4V12M4 8H12",
            _ => continue,
        };
        canvas.glyph(first + STEP * f64::from(place), y, 1.0, data, Paint::outline(1.6));
    }
}

/// The sign inside a gateway around its middle.
pub(super) fn gateway(canvas: &mut Canvas, tag: &str, marked: bool, x: f64, y: f64) {
    let bold = Paint::outline(3.0);
    match tag {
        "exclusiveGateway" if marked => canvas.glyph(x - 8.0, y - 8.0, 1.0, "M3 2L13 14M13 2L3 14", bold),
        "parallelGateway" => canvas.glyph(x - 8.0, y - 8.0, 1.0, "M8 0V16M0 8H16", bold),
        "inclusiveGateway" => canvas.circle(x, y, 9.0, Paint::outline(2.5)),
        "complexGateway" => {
            canvas.glyph(x - 8.0, y - 8.0, 1.0, "M8 0V16M0 8H16M2.5 2.5L13.5 13.5M13.5 2.5L2.5 13.5", bold)
        }
        "eventBasedGateway" => {
            canvas.circle(x, y, 12.0, Paint::outline(1.0));
            canvas.circle(x, y, 9.5, Paint::outline(1.0));
            canvas.glyph(x - 6.0, y - 6.0, 0.75, "M8 1L15 6L12.5 14H3.5L1 6Z", Paint::outline(1.3));
        }
        _ => {}
    }
}
