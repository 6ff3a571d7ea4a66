import { useSearchParams } from 'react-router';

/** Text that is searched for; it is in the address, so that a view can be handed on. */
export function Search({ label }: { label: string }) {
  const [query, setQuery] = useSearchParams();
  return (
    <label className="search">
      {label}{' '}
      <input
        type="search"
        value={query.get('q') ?? ''}
        onChange={(event) => setQuery((old) => withOption(old, 'q', event.target.value), { replace: true })}
      />
    </label>
  );
}

/** One of a few, in the address as well. */
export function Choice({ label, name, options }: { label: string; name: string; options: readonly string[] }) {
  const [query, setQuery] = useSearchParams();
  return (
    <label className="choice">
      {label}{' '}
      <select
        value={query.get(name) ?? ''}
        onChange={(event) => setQuery((old) => withOption(old, name, event.target.value), { replace: true })}
      >
        <option value="">any</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}

export function withOption(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(query);
  if (value === '') {
    next.delete(name);
  } else {
    next.set(name, value);
  }
  return next;
}
