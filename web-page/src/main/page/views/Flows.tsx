import { heardOf, picturesOf, type Link, type Picture } from '../model/flows';
import type { Coverage, Flow } from '../model/types';
import { count } from '../model/words';
import { Time } from '../ui/parts';

const TITLES: Record<string, string> = {
  ingress: 'Comes in: who talks to which host endpoints, on what',
  egress: 'Goes out: to whom host endpoints talk, on what',
  forwarded: 'Goes through: who talks through which host endpoints, on what',
};

/** Who talks to which host endpoints on what. The table beside it says the same in words, so it is nothing for a screen reader. */
export function FlowPictures({ flows }: { flows: Flow[] }) {
  return picturesOf(flows).map((picture) => (
    <figure key={picture.direction} className="flows">
      <figcaption>
        {TITLES[picture.direction] ?? picture.direction}
        {picture.more > 0 && `; ${count(picture.more, 'more flow')} in the table`}
      </figcaption>
      <Columns picture={picture} />
    </figure>
  ));
}

function Columns({ picture }: { picture: Picture }) {
  const { peers, ports, nodes, fromPeers, toNodes } = picture;
  const rows = Math.max(peers.length, ports.length, nodes.length);
  return (
    <div className="columns" aria-hidden="true">
      <Names names={peers} rows={rows} />
      <Links links={fromPeers} left={peers.length} right={ports.length} rows={rows} />
      <ul style={{ height: `${rows * ROW_REM}rem` }}>
        {ports.map(({ what, packets, stands }, at) => (
          <li key={`${at} ${what}`} className={stands} title={`${what}: ${count(packets, 'packet')}`}>
            {what}
          </li>
        ))}
      </ul>
      <Links links={toNodes} left={ports.length} right={nodes.length} rows={rows} />
      <Names names={nodes} rows={rows} />
    </div>
  );
}

const ROW_REM = 1.8;

function Names({ names, rows }: { names: string[]; rows: number }) {
  return (
    <ul style={{ height: `${rows * ROW_REM}rem` }}>
      {names.map((name) => (
        <li key={name} dir="auto" title={name}>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Lines between two columns whose rows share the height evenly. */
function Links({ links, left, right, rows }: { links: Link[]; left: number; right: number; rows: number }) {
  const at = (index: number, many: number) => (((index + 0.5) / many) * rows * 10).toFixed(1);
  return (
    <svg viewBox={`0 0 100 ${rows * 10}`} preserveAspectRatio="none" style={{ height: `${rows * ROW_REM}rem` }}>
      {links.map(({ from, to, stands }) => (
        <path
          key={`${from} ${to}`}
          className={stands}
          d={`M0 ${at(from, left)}C50 ${at(from, left)} 50 ${at(to, right)} 100 ${at(to, right)}`}
        />
      ))}
    </svg>
  );
}

/** When each node was heard, those that were not on top. The table beside it has the numbers. */
export function Heard({ coverage }: { coverage: Coverage[] }) {
  const { from, to, rows } = heardOf(coverage);
  if (rows.every(({ span }) => span === null)) {
    return null;
  }
  return (
    <figure className="heard">
      <figcaption>
        Heard from <Time at={new Date(from).toISOString()} /> to <Time at={new Date(to).toISOString()} />
      </figcaption>
      <ol className="timespan" aria-hidden="true">
        {rows.slice(0, MOST_NODES).map(({ node, span, lines }) => (
          <li key={node}>
            <span className="what" dir="auto">
              {node}
            </span>
            <span className="track">
              {span !== null && (
                <span
                  className="span done"
                  style={{
                    insetInlineStart: `${(span.start * 100).toFixed(2)}%`,
                    width: `${((span.end - span.start) * 100).toFixed(2)}%`,
                  }}
                />
              )}
            </span>
            <span className="when">{span === null ? 'not heard' : count(lines, 'line')}</span>
          </li>
        ))}
      </ol>
      {rows.length > MOST_NODES && <p>{count(rows.length - MOST_NODES, 'more node')} in the table.</p>}
    </figure>
  );
}

const MOST_NODES = 30;
