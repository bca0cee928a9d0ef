// What a chart shows, as data: made by pure functions, drawn by plot.ts, told in words by a table.

/** A colour by its name in the style sheet, without dashes: `demand` is `--chart-demand`. */
type Colour = 'demand' | 'forecast' | 'capacity' | 'replicas' | 'target' | 'baseline' | 'over' | 'level' | 'schedule';

export interface Line {
  readonly name: string;
  readonly colour: Colour;
  /** One for each of the chart's `at`; null where nothing is known. */
  readonly values: readonly (number | null)[];
  readonly dash?: boolean;
  /** Holds until the next value, as a count does. */
  readonly step?: boolean;
  /** Its values are few: each is a point. */
  readonly points?: boolean;
  readonly width?: number;
  /** A bound of a band, which is filled and has no line of its own. */
  readonly hidden?: boolean;
}

export interface Mark {
  /** Seconds since 1970. */
  readonly at: number;
  readonly way: 'up' | 'down' | 'none';
  readonly words: string;
  readonly href: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

export interface ChartSpec {
  /** Of all lines, ascending, in seconds since 1970. */
  readonly at: readonly number[];
  readonly lines: readonly Line[];
  /** Between two lines, by their places among `lines`; drawn in the colour of the forecast, the later the stronger. */
  readonly bands: readonly { readonly upper: number; readonly lower: number; readonly strength: number }[];
  readonly marks: readonly Mark[];
  readonly spans: readonly Span[];
  /** Seconds since 1970: what lies behind it has been, what lies ahead is forecast. */
  readonly now: number;
  /** A value with its unit, short. */
  readonly words: (value: number) => string;
  /** As `words`, where the unit is told beside: on the axis. */
  readonly axisWords: (value: number) => string;
  /** What the axis counts in; empty where each value says it. */
  readonly unit: string;
  /** Counts in steps of two, as of bytes. */
  readonly isBinary: boolean;
  /** Whole steps alone on the axis, as of replicas. */
  readonly whole?: boolean;
}
