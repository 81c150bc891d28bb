//! Plots as SVG, drawn here: a few lines on logarithmic axes need no library.

use crate::numbers::figure;
use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 170.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
/// Told apart without colour too, by their names at the lines' ends.
const COLOURS: [&str; 6] = [
    "#0b6e99", "#c4501b", "#4b7f1a", "#7a3ea8", "#8a6d00", "#444",
];

/// A line of points.
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its points; both coordinates are positive.
    pub points: Vec<(f64, f64)>,
}

/// A plot.
pub struct Plot {
    /// Above it.
    pub title: String,
    /// Under it.
    pub across: String,
    /// Beside it.
    pub upward: String,
    /// Where the horizontal axis has its marks, and what they say.
    pub ticks: Vec<(f64, String)>,
    /// Whether the vertical axis is logarithmic.
    pub logarithmic: bool,
    /// What it shows.
    pub lines: Vec<Line>,
}

struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Scale {
    fn at(&self, value: f64) -> f64 {
        let place = |value: f64| {
            if self.logarithmic {
                value.max(f64::MIN_POSITIVE).log10()
            } else {
                value
            }
        };
        let (low, high) = (place(self.low), place(self.high));
        let part = if high > low {
            (place(value) - low) / (high - low)
        } else {
            0.5
        };
        self.from + part * (self.to - self.from)
    }
}

impl Plot {
    /// The SVG.
    pub fn svg(&self) -> String {
        let (across, upward) = (self.across_scale(), self.upward_scale());
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n\
             <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
             <text x=\"{LEFT}\" y=\"22\" font-size=\"15\">{title}</text>\n\
             <text x=\"{LEFT}\" y=\"{}\">{}</text>\n\
             <text transform=\"translate(16 {}) rotate(-90)\">{}</text>\n",
            HEIGHT - 10.0,
            escaped(&self.across),
            HEIGHT - BOTTOM,
            escaped(&self.upward),
            title = escaped(&self.title),
        );
        self.draw_grid(&mut svg, &across, &upward);
        for (index, line) in self.lines.iter().enumerate() {
            draw_line(
                &mut svg,
                line,
                COLOURS[index % COLOURS.len()],
                &across,
                &upward,
            );
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn across_scale(&self) -> Scale {
        let places = || self.ticks.iter().map(|(at, _)| *at);
        Scale {
            low: places().fold(f64::INFINITY, f64::min),
            high: places().fold(f64::NEG_INFINITY, f64::max),
            from: LEFT,
            to: WIDTH - RIGHT,
            logarithmic: true,
        }
    }

    fn upward_scale(&self) -> Scale {
        let values = || {
            self.lines
                .iter()
                .flat_map(|line| line.points.iter().map(|point| point.1))
        };
        let high = values().fold(0.0, f64::max);
        let low = values().fold(f64::INFINITY, f64::min);
        let (low, high) = if self.logarithmic {
            (
                10_f64.powf(low.log10().floor()),
                10_f64.powf(high.log10().ceil()),
            )
        } else {
            (0.0, high * 1.1)
        };
        Scale {
            low,
            high,
            from: HEIGHT - BOTTOM,
            to: TOP,
            logarithmic: self.logarithmic,
        }
    }

    fn draw_grid(&self, svg: &mut String, across: &Scale, upward: &Scale) {
        for (at, name) in &self.ticks {
            let x = across.at(*at);
            let _ = writeln!(
                svg,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{}\" stroke=\"#ddd\"/>\
                 <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                HEIGHT - BOTTOM,
                HEIGHT - BOTTOM + 16.0,
                escaped(name)
            );
        }
        for value in upward_ticks(upward) {
            let y = upward.at(value);
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                y + 4.0,
                figure(value)
            );
        }
    }
}

/// Powers of ten, or quarters.
fn upward_ticks(scale: &Scale) -> Vec<f64> {
    if !scale.logarithmic {
        return (0..=4)
            .map(|part| scale.high * f64::from(part) / 4.0)
            .collect();
    }
    let mut ticks = vec![scale.low];
    while let Some(last) = ticks.last().filter(|last| **last * 1.01 < scale.high) {
        ticks.push(last * 10.0);
    }
    ticks
}

fn draw_line(svg: &mut String, line: &Line, colour: &str, across: &Scale, upward: &Scale) {
    let points: Vec<(f64, f64)> = line
        .points
        .iter()
        .map(|(x, y)| (across.at(*x), upward.at(*y)))
        .collect();
    let list: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
        list.join(" ")
    );
    for (x, y) in &points {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
        );
    }
    if let Some((x, y)) = points.last() {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
            x + 8.0,
            y + 4.0,
            escaped(&line.name)
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_has_its_lines_between_its_axes() {
        let plot = Plot {
            title: "Cost & more".to_owned(),
            across: "logins".to_owned(),
            upward: "us".to_owned(),
            ticks: vec![(10.0, "10".to_owned()), (1000.0, "1,000".to_owned())],
            logarithmic: false,
            lines: vec![Line {
                name: "a".to_owned(),
                points: vec![(10.0, 5.0), (1000.0, 10.0)],
            }],
        };
        let svg = plot.svg();
        assert!(svg.contains("<polyline points=\"70.0,"), "{svg}");
        assert!(svg.contains("Cost &amp; more"));
    }
}
