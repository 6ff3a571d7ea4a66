import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';

type Say = {
  /** Shows a message, and has a screen reader say it. */
  show: (text: string) => void;
  /** Has a screen reader say it when it has time. */
  whisper: (text: string) => void;
};

const Context = createContext<Say>({ show: () => undefined, whisper: () => undefined });

export function useSay(): Say {
  return useContext(Context);
}

export function Saying({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<{ id: number; text: string }[]>([]);
  const [quiet, setQuiet] = useState('');
  const show = useCallback((text: string) => {
    const id = Date.now() + Math.random();
    setShown((old) => [...old.slice(-3), { id, text }]);
  }, []);
  const say = useMemo(() => ({ show, whisper: setQuiet }), [show]);
  return (
    <Context value={say}>
      {children}
      <p className="unseen" role="status">
        {quiet}
      </p>
      <AlertGroup isToast isLiveRegion aria-label="Messages">
        {shown.map(({ id, text }) => (
          <Alert
            key={id}
            variant="success"
            component="h2"
            title={text}
            timeout={8000}
            onTimeout={() => setShown((old) => old.filter((each) => each.id !== id))}
            actionClose={
              <AlertActionCloseButton onClose={() => setShown((old) => old.filter((each) => each.id !== id))} />
            }
          />
        ))}
      </AlertGroup>
    </Context>
  );
}
