"""A chart of lines over time, as SVG."""

from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 44
COLOURS = ("#1d70b8", "#d4351c", "#00703c")


def steps(most, count=5):
    """Round numbers from 0 up to at least `most`."""
    unit = next(u for u in (10**e * f for e in range(-1, 9) for f in (1, 2, 5)) if u * count >= most)
    return [n * unit for n in range(count + 1) if (n - 1) * unit < most]


def lines(title, across, up, series):
    """`series`: names with their points; `across` and `up` say what is measured."""
    most_x = max(x for _, points in series for x, _ in points)
    marks_y, marks_x = steps(max(y for _, points in series for _, y in points)), steps(most_x, 10)
    at_x = lambda x: LEFT + (WIDTH - LEFT - RIGHT) * x / (most_x or 1)
    at_y = lambda y: HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y / marks_y[-1]
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-weight="bold">{escape(title)}</text>',
    ]
    for y in marks_y:
        out.append(f'<path d="M{LEFT} {at_y(y):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{at_y(y) + 4:.1f}" text-anchor="end">{y:g}</text>')
    for x in marks_x:
        if x <= most_x:
            out.append(f'<text x="{at_x(x):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:g}</text>')
    out.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{escape(across)}</text>')
    out.append(f'<text x="{LEFT}" y="34" fill="#505a5f">{escape(up)}</text>')
    for n, (name, points) in enumerate(series):
        colour = COLOURS[n % len(COLOURS)]
        path = "L".join(f"{at_x(x):.1f} {at_y(y):.1f}" for x, y in points)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        out.append(f'<text x="{LEFT + 90 + 150 * n}" y="34" fill="{colour}">— {escape(name)}</text>')
    return "\n".join([*out, "</svg>", ""])
