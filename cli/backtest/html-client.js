// Runs in the report, not in Node: draws each trace's replicas over time from the numbers that the page carries.
// Whatever is foreign in those numbers reaches the page as text only.
(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const { uPlot } = globalThis;
  const LANE = 9;
  const LANE_GAP = 3;
  /** Around a shortage that was jumped to, seconds on each side. */
  const SHORTAGE_VIEW = 5400;
  const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 4], [12, 4], [1, 2]];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // One at a time: the page stays alive while many traces are drawn.
  for (const figure of document.querySelectorAll('figure.timeline'))
    setTimeout(() => draw(figure, charts[Number(figure.dataset.chart)]));

  function draw(figure, chart) {
    if (chart.runs.length === 0) return;
    const runs = chart.runs.map((run) => ({ ...run, spans: spansOf(chart, run.shortages) }));
    const buttons = [...figure.querySelectorAll('button[data-run]')];
    const isShown = (i) => buttons[i]?.getAttribute('aria-pressed') === 'true';
    const place = figure.querySelector('.plot');
    const readout = figure.querySelector('.readout');
    const lanes = runs.length * (LANE + LANE_GAP) + 4;
    const size = () => ({ width: place.clientWidth, height: (place.clientWidth < 600 ? 240 : 300) + lanes });
    const data = columns(chart, runs);
    const u = new uPlot(
      {
        ...size(),
        padding: [lanes, 24, 0, 0],
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { show: false }, y: false },
        scales: {
          x: { range: (_, from, to) => within(chart, from, to) },
          y: { range: (_, _low, high) => [0, high * 1.05] },
        },
        axes: [
          axis({ values: times, space: 70 }),
          axis({ size: 58, label: 'replicas', labelSize: 18, labelFont: FONT }),
        ],
        series: [
          {},
          line('--needed', { width: 0 }),
          line('--needed', { width: 1, fill: () => colour('--needed-area') }),
          ...runs.flatMap((run, i) => [
            line(`--p${run.colour}`, { show: isShown(i), width: 1.5, dash: DASHES[run.colour] }),
            line(`--p${run.colour}`, { show: isShown(i), width: 0.75, dash: DASHES[run.colour] }),
          ]),
        ],
        bands: runs.map((run, i) => ({ series: [4 + 2 * i, 3 + 2 * i], fill: () => colour(`--p${run.colour}-band`) })),
        hooks: {
          drawClear: [(at) => shadeUnscored(at, chart)],
          draw: [(at) => drawLanes(at, runs)],
          setCursor: [tell],
        },
      },
      data,
      place,
    );
    for (const [i, button] of buttons.entries())
      button.addEventListener('click', () => {
        const show = !isShown(i);
        button.setAttribute('aria-pressed', String(show));
        u.batch(() => {
          for (const column of [3 + 2 * i, 4 + 2 * i]) u.setSeries(column, { show });
        });
      });
    for (const button of figure.querySelectorAll('button[data-zoom]'))
      button.addEventListener('click', () => {
        const { min, max } = u.scales.x;
        const [from, to] = zoomed(
          button.dataset.zoom,
          { min, max },
          chart,
          runs.filter((_, i) => isShown(i)),
        );
        u.setScale('x', { min: from, max: to });
      });
    new ResizeObserver(() => u.setSize(size())).observe(place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => u.redraw());
    tell(u);

    function tell(at) {
      const i = at.cursor.idx;
      const say = (column) => between(at.data[column][i], at.data[column + 1][i]);
      readout.textContent =
        i === null || i === undefined
          ? `${shortages(runs, isShown)} Point at the chart to read it.`
          : `${day(at.data[0][i])} ${clock(at.data[0][i])} · needed ${say(1)}${runs.map((run, r) => (isShown(r) ? ` · ${run.name} ${say(3 + 2 * r)}` : '')).join('')}`;
    }
  }

  const FONT = '12px system-ui, sans-serif';

  function axis(options) {
    const grid = { stroke: () => colour('--grid'), width: 1 };
    return { stroke: () => colour('--muted'), grid, ticks: grid, font: FONT, ...options };
  }

  function line(name, options) {
    return {
      stroke: () => colour(name),
      paths: uPlot.paths.stepped({ align: 1 }),
      points: { show: false },
      ...options,
    };
  }

  /** Times, then lower and upper bounds of what was needed and of what each run had ready. */
  function columns({ startsAt, endsAt, bucketSeconds, needed }, runs) {
    const bounds = ([low, above]) => [low, low.map((value, i) => value + above[i])];
    const values = [...bounds(needed), ...runs.flatMap((run) => bounds(run.ready))];
    const at = needed[0].map((_, i) => startsAt + i * bucketSeconds);
    // The last step ends where the trace does.
    return [[...at, endsAt], ...values.map((column) => [...column, column.at(-1)])];
  }

  /** From pauses and lengths in steps to times. */
  function spansOf({ startsAt, stepSeconds }, shortages) {
    const spans = [];
    let at = startsAt;
    for (let i = 0; i < shortages.length; i += 2) {
      const from = at + shortages[i] * stepSeconds;
      at = from + shortages[i + 1] * stepSeconds;
      spans.push([from, at]);
    }
    return spans;
  }

  function within({ startsAt, endsAt }, from, to) {
    return [Math.max(startsAt, from), Math.min(endsAt, to)];
  }

  function zoomed(how, { min, max }, chart, runs) {
    const { startsAt, endsAt, scoredFrom } = chart;
    const length = max - min;
    const around = (middle, size) => {
      const width = Math.min(endsAt - startsAt, Math.max(600, size));
      const from = Math.min(endsAt - width, Math.max(startsAt, middle - width / 2));
      return [from, from + width];
    };
    const middle = (min + max) / 2;
    if (how === 'all') return [startsAt, endsAt];
    if (how === 'scored') return [scoredFrom, endsAt];
    if (how === 'in') return around(middle, length / 3);
    if (how === 'out') return around(middle, length * 3);
    if (how === 'back') return around(middle - length * 0.7, length);
    if (how === 'on') return around(middle + length * 0.7, length);
    const starts = runs.flatMap((run) => run.spans.map(([from]) => from)).sort((a, b) => a - b);
    // A view of everything looks for the first of what is scored.
    const after = length > 0.9 * (endsAt - scoredFrom) ? scoredFrom - 1 : middle + 60;
    const next = starts.find((from) => from > after) ?? starts.find((from) => from >= scoredFrom);
    return next === undefined ? [min, max] : around(next, 2 * SHORTAGE_VIEW);
  }

  function shadeUnscored(u, { startsAt, scoredFrom }) {
    const { ctx, bbox } = u;
    const left = Math.max(bbox.left, u.valToPos(startsAt, 'x', true));
    const right = Math.min(bbox.left + bbox.width, u.valToPos(scoredFrom, 'x', true));
    if (right <= left) return;
    ctx.save();
    ctx.fillStyle = colour('--unscored');
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = colour('--muted');
    ctx.font = scaled(11);
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    if (right - left > 90 * devicePixelRatio)
      ctx.fillText('not scored', left + 6 * devicePixelRatio, bbox.top + 14 * devicePixelRatio);
    ctx.restore();
  }

  /** A row per run above the plot; a shortage is never thinner than a pixel and a half. */
  function drawLanes(u, runs) {
    const { ctx, bbox } = u;
    const px = devicePixelRatio;
    const right = bbox.left + bbox.width;
    ctx.save();
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'right';
    ctx.font = scaled(10);
    for (const [i, run] of runs.entries()) {
      const top = i * (LANE + LANE_GAP) * px;
      ctx.fillStyle = colour('--unscored');
      ctx.fillRect(bbox.left, top, bbox.width, LANE * px);
      ctx.fillStyle = colour('--muted');
      ctx.fillText(run.name, bbox.left - 5 * px, top + (LANE / 2) * px, bbox.left - 6 * px);
      ctx.fillStyle = colour(`--p${run.colour}`);
      for (const [from, to] of run.spans) {
        const x = Math.max(bbox.left, u.valToPos(from, 'x', true));
        const end = Math.min(right, u.valToPos(to, 'x', true));
        if (end >= bbox.left && x <= right && end >= x) ctx.fillRect(x, top, Math.max(1.5 * px, end - x), LANE * px);
      }
    }
    ctx.restore();
  }

  function scaled(size) {
    return `${size * devicePixelRatio}px system-ui, sans-serif`;
  }

  function shortages(runs, isShown) {
    const shown = runs.filter((_, i) => isShown(i));
    return shown
      .map((run) => `${run.name}: ${run.spans.length} shortage${run.spans.length === 1 ? '' : 's'}.`)
      .join(' ');
  }

  function between(low, high) {
    return low === high ? `${low}` : `${low}–${high}`;
  }

  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

  function day(seconds) {
    const date = new Date(seconds * 1000);
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  }

  function clock(seconds) {
    return new Date(seconds * 1000).toISOString().slice(11, 16);
  }

  /** Days where they are far apart; else the time, with the day where it changes. */
  function times(_, splits, _axis, _space, increment) {
    return splits.map((at, i) => {
      if (increment >= 86_400) return day(at);
      const isNewDay = i === 0 || day(at) !== day(splits[i - 1]);
      return isNewDay ? `${clock(at)}\n${day(at)}` : clock(at);
    });
  }
})();
