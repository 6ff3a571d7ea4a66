import { useState } from 'react';

export type Theme = 'system' | 'light' | 'dark' | 'contrast';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'contrast'];
const KEY = 'calico-fleet-theme';
const CLASSES: Record<Exclude<Theme, 'system'>, string[]> = {
  light: [],
  dark: ['pf-v6-theme-dark'],
  contrast: ['pf-v6-theme-high-contrast'],
};
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const contrast = window.matchMedia('(prefers-contrast: more)');

function chosen(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

function show(theme: Theme): void {
  const list = document.documentElement.classList;
  list.remove(...Object.values(CLASSES).flat());
  if (theme !== 'system') {
    list.add(...CLASSES[theme]);
  } else {
    if (dark.matches) {
      list.add(...CLASSES.dark);
    }
    if (contrast.matches) {
      list.add(...CLASSES.contrast);
    }
  }
}

export function startTheme(): void {
  show(chosen());
  const again = () => show(chosen());
  dark.addEventListener('change', again);
  contrast.addEventListener('change', again);
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(chosen);
  return [
    theme,
    (next) => {
      localStorage.setItem(KEY, next);
      show(next);
      setTheme(next);
    },
  ];
}
