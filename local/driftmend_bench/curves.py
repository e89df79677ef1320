"""Curves as plain SVG: panels of lines with named axes, each line labelled where it ends; readable on light and on dark pages."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 312, 64, 104, 58, 52
TICKS = 5
_STYLE = """
    .page { fill: #fcfcfb; }
    text { fill: #0b0b0b; font-size: 12px; }
    .soft { fill: #52514e; }
    .head { font-size: 14px; font-weight: 600; }
    .grid { stroke: #e4e3df; }
    .axis { stroke: #a9a8a2; }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .dot { stroke: #fcfcfb; stroke-width: 2; }
    .line0 { stroke: #2a78d6; } .dot0 { fill: #2a78d6; }
    .line1 { stroke: #eb6834; } .dot1 { fill: #eb6834; }
    .line2 { stroke: #1baf7a; } .dot2 { fill: #1baf7a; }
    @media (prefers-color-scheme: dark) {
      .page { fill: #1a1a19; } .dot { stroke: #1a1a19; }
      text { fill: #ffffff; } .soft { fill: #c3c2b7; } .grid { stroke: #33332f; } .axis { stroke: #6b6a64; }
      .line0 { stroke: #3987e5; } .dot0 { fill: #3987e5; }
      .line1 { stroke: #d95926; } .dot1 { fill: #d95926; }
      .line2 { stroke: #199e70; } .dot2 { fill: #199e70; }
    }
"""


@dataclass(frozen=True)
class Panel:
    """`across` and `up` name the axes with their units. `lines` is [(label, [(x, y)])], three at most; `x_ticks` are marked, or round numbers."""

    title: str
    across: str
    up: str
    lines: list
    x_ticks: tuple = ()


def drawn(title, panels, columns=2):
    """The SVG's text. `title` is what it shows, for who cannot see it."""
    rows = math.ceil(len(panels) / columns)
    width, height = WIDTH * min(columns, len(panels)), HEIGHT * rows
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
             f'aria-labelledby="title" font-family="system-ui, Helvetica, Arial, sans-serif">', f'  <title id="title">{escape(title)}</title>',
             f"  <style>{_STYLE}  </style>", f'  <rect class="page" width="{width}" height="{height}"/>']
    for place, panel in enumerate(panels):
        parts += _panel(panel, WIDTH * (place % columns), HEIGHT * (place // columns))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel, left, top):
    x_top = max(x for _, points in panel.lines for x, _ in points)
    y_step = step(max(max(y for _, points in panel.lines for _, y in points), 1e-9))
    y_top = y_step * math.ceil(max(y for _, points in panel.lines for _, y in points) / y_step - 1e-9) or y_step
    plot_left, plot_right, plot_top, plot_bottom = left + LEFT, left + WIDTH - RIGHT, top + TOP, top + HEIGHT - BOTTOM

    def at(x, y):
        return plot_left + x / x_top * (plot_right - plot_left), plot_bottom - y / y_top * (plot_bottom - plot_top)

    parts = [f'  <text class="head" x="{left + 16}" y="{top + 20}">{escape(panel.title)}</text>',
             f'  <text class="soft" x="{left + 16}" y="{top + 37}">{escape(panel.up)}</text>']
    for i in range(round(y_top / y_step) + 1):
        _, y = at(0, i * y_step)
        parts.append(f'  <line class="{"axis" if i == 0 else "grid"}" x1="{plot_left}" x2="{plot_right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'  <text class="soft" x="{plot_left - 8}" y="{y + 4:.1f}" text-anchor="end">{number(i * y_step)}</text>')
    for tick in _apart(panel.x_ticks or _round_ticks(x_top), x_top):
        x, _ = at(tick, 0)
        parts.append(f'  <line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{plot_bottom}" y2="{plot_bottom + 4}"/>')
        parts.append(f'  <text class="soft" x="{x:.1f}" y="{plot_bottom + 18}" text-anchor="middle">{number(tick)}</text>')
    parts.append(f'  <text class="soft" x="{(plot_left + plot_right) / 2:.0f}" y="{plot_bottom + 38}" text-anchor="middle">{escape(panel.across)}</text>')
    ends = []
    for kind, (label, points) in enumerate(panel.lines):
        places = [at(x, y) for x, y in points]
        parts.append(f'  <polyline class="line line{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        if len(places) <= 12:
            parts += [f'  <circle class="dot dot{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>' for x, y in places]
        ends.append([places[-1][1], f"{label}", places[-1][0]])
    ends.sort()
    for one, next_one in zip(ends, ends[1:]):
        next_one[0] = max(next_one[0], one[0] + 15)
    parts += [f'  <text x="{x + 9:.1f}" y="{y + 4:.1f}">{escape(label)}</text>' for y, label, x in ends]
    return parts


def step(most):
    """A round distance of which at most TICKS make `most`."""
    rough = most / TICKS
    scale = 10 ** math.floor(math.log10(rough))
    return next(factor * scale for factor in (1, 2, 5, 10) if factor * scale >= rough - 1e-12)


def number(value):
    """`5,000`, `0.5`: no more digits than it needs."""
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.2f}".rstrip("0")


def _round_ticks(most):
    distance = step(most)
    return [i * distance for i in range(int(most / distance + 1e-9) + 1)]


def _apart(ticks, most):
    """Those whose labels do not run into each other; the last one stays."""
    kept = []
    for tick in sorted(ticks, reverse=True):
        if not kept or (kept[-1] - tick) / most >= 0.12:
            kept.append(tick)
    return kept[::-1]
