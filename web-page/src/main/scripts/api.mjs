// What the types of the page are made of: the schemas of the planner's OpenAPI document.

/** What is there for readers alone is left out, and keys are in order. */
function bare(schema) {
  if (Array.isArray(schema)) {
    return schema.map(bare);
  }
  if (schema === null || typeof schema !== 'object') {
    return schema;
  }
  return Object.fromEntries(
    Object.keys(schema)
      .filter((key) => !['example', 'examples', 'description'].includes(key))
      .sort()
      .map((key) => [key, bare(schema[key])]),
  );
}

/** What of these schemas is not in those, as a path; what those have beside it breaks no type. */
export function missing(these, those, path = '') {
  if (Array.isArray(these)) {
    const there = (Array.isArray(those) ? those : []).map((each) => JSON.stringify(each));
    return these
      .filter((each) => !there.includes(JSON.stringify(each)))
      .map((each) => `${path} ${JSON.stringify(each)}`);
  }
  if (these === null || typeof these !== 'object') {
    return these === those ? [] : [`${path} ${these}`];
  }
  return Object.entries(these).flatMap(([key, value]) => missing(value, those?.[key], `${path}/${key}`));
}

/** Of a running planner, as api-schemas.json has them. */
export async function schemasOf(planner) {
  const answer = await fetch(new URL('/q/openapi?format=json', planner));
  if (!answer.ok) {
    throw new Error(`${planner} answers ${answer.status}`);
  }
  const { openapi, info, components } = await answer.json();
  const document = {
    openapi,
    info: { title: info.title, version: info.version },
    paths: {},
    components: { schemas: bare(components.schemas) },
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}
