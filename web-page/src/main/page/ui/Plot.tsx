import { useId, type ReactNode } from 'react';
import { bands, frameOf, HEIGHT, line, WIDTH, type Value } from '../model/plot';
import { Time } from './parts';

/** A line, and how it is drawn: what is seen, or what it is held against. */
export type Series = { name: string; kind: 'seen' | 'limit'; values: Value[] };

/** Values over time, each until the next one. */
export function LinePlot(props: { title: ReactNode; says: string; series: Series[]; unit: string }) {
  const all = props.series.flatMap(({ values }) => values);
  const frame = frameOf(
    all.map(({ at }) => at),
    all.map(({ value }) => value),
  );
  return (
    <Figure {...props} frame={frame}>
      {props.series.map(({ name, kind, values }) => (
        <path key={name} className={`line ${kind}`} d={line(values, frame)} />
      ))}
    </Figure>
  );
}

/** How a whole is made up over time: areas that stand on each other, told apart by pattern as well as colour. */
export function BandPlot(props: {
  title: ReactNode;
  says: string;
  names: string[];
  moments: { at: number; values: Record<string, number> }[];
  unit: string;
}) {
  const id = useId();
  const sums = props.moments.map(({ values }) => Object.values(values).reduce((sum, value) => sum + value, 0));
  const frame = frameOf(
    props.moments.map(({ at }) => at),
    sums,
  );
  return (
    <Figure
      {...props}
      frame={frame}
      below={
        <ul className="legend">
          {props.names.map((name, at) => (
            <li key={name}>
              <svg className={`swatch band band-${at % 3}`} viewBox="0 0 16 16" aria-hidden="true">
                <Hatch id={`${id}-legend-${at}`} at={at} />
                <rect width="16" height="16" />
                <rect width="16" height="16" fill={`url(#${id}-legend-${at})`} />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      }
    >
      {bands(props.names, props.moments, frame).map(({ name, path }, at) => (
        <g key={name} className={`band band-${at % 3}`}>
          <Hatch id={`${id}-${at}`} at={at} />
          <path d={path} />
          <path d={path} fill={`url(#${id}-${at})`} />
        </g>
      ))}
    </Figure>
  );
}

/** Stripes of the first kind of area go one way, those of the second the other, the third has none. */
function Hatch({ id, at }: { id: string; at: number }) {
  return (
    <pattern id={id} width="8" height="8" patternUnits="userSpaceOnUse">
      {at % 3 === 0 && <path className="hatch" d="M0 8L8 0" />}
      {at % 3 === 1 && <path className="hatch" d="M0 4H8" />}
    </pattern>
  );
}

function Figure(props: {
  title: ReactNode;
  says: string;
  unit: string;
  frame: { from: number; to: number; top: number };
  below?: ReactNode;
  children: ReactNode;
}) {
  const { from, to, top } = props.frame;
  return (
    <figure className="plot">
      <figcaption>{props.title}</figcaption>
      <div className="drawn">
        <span className="most">
          {Number((top / 1.05).toPrecision(3))} {props.unit}
        </span>
        <svg role="img" aria-label={props.says} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          {props.children}
        </svg>
        <span className="from">
          <Time at={new Date(from).toISOString()} />
        </span>
        <span className="to">
          <Time at={new Date(to).toISOString()} />
        </span>
      </div>
      {props.below}
    </figure>
  );
}
