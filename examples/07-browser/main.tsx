import { createRoot } from 'react-dom/client';
import { page } from './config.ts';
import { useConfig } from './use-config.ts';

// made once: `select` gives a new view at each call
const banner = page.select('banner');
const theme = page.select('theme');

function Banner() {
  return <h1>{useConfig(banner)}</h1>;
}

/** Renders again when the theme changes, and not when the banner does. */
function Theme() {
  return <p>The theme is {useConfig(theme)}.</p>;
}

createRoot(document.querySelector('main')!).render(
  <>
    <Banner />
    <Theme />
  </>,
);
