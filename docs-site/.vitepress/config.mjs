// The pages of the project as a site. Navigation is that of docs/README.md; a link or an anchor that leads nowhere fails the build.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

const here = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = join(here, '..')
// Where files are that are no pages, such as manifests; without it, links to them are plain text.
const repository = process.env.SITE_REPOSITORY?.replace(/\/$/, '')

/** A copy of all pages and pictures, as they lie in the project: what is made of a page looks for Vue in the folders above it. */
function pages() {
  const copy = join(here, 'target/pages')
  rmSync(copy, { recursive: true, force: true })
  for (const part of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs', 'deploy', 'bots', 'changelog']) {
    cpSync(join(root, part), join(copy, part), {
      recursive: true,
      filter: (from) => !/^(target|src|node_modules|\..*)$/.test(basename(from)) && (statSync(from).isDirectory() || /\.(md|png)$/.test(from)),
    })
  }
  return copy
}

/** The sections of docs/README.md, by the lines that begin with two stars, and the pages they list. */
function sidebar() {
  const sections = []
  for (const line of readFileSync(join(root, 'docs/README.md'), 'utf8').split('\n')) {
    const heading = line.match(/^\*\*([^*]+)\*\*/)
    if (heading) sections.push({ text: heading[1], items: [] })
    if (!sections.length) continue
    for (const [, text, target] of line.matchAll(/\[([^\]]+)\]\(([^)#:]+\.md)\)/g)) {
      sections.at(-1).items.push({ text, link: '/' + posix.join('docs', target).replace(/README\.md$/, '').replace(/\.md$/, '') })
    }
  }
  const filled = sections.filter((section) => section.items.length)
  if (filled.length < 5) throw new Error('docs/README.md has no sections that this understands')
  return filled
}

/** What a link leads to that is a file of the project and no page. */
function elsewhere(href, page) {
  if (/^([a-z]+:|#)/.test(href)) return undefined
  const target = posix.join(posix.dirname(page), decodeURI(href.replace(/#.*/, '')))
  return target.endsWith('.md') || !existsSync(join(root, target)) ? undefined : target
}

/** VitePress looks for pages; this, for anchors. */
function anchors({ outDir }) {
  const address = (file) => '/' + file.replace(/(index)?\.html$/, '')
  const files = readdirSync(outDir, { recursive: true }).filter((file) => file.endsWith('.html'))
  const texts = files.map((file) => [address(file), readFileSync(join(outDir, file), 'utf8')])
  const ids = new Map(texts.map(([page, text]) => [page, new Set([...text.matchAll(/ id="([^"]+)"/g)].map((id) => id[1]))]))
  const dead = texts.flatMap(([page, text]) =>
    [...text.matchAll(/ href="([^":]*#[^"]+)"/g)]
      .map(([, href]) => new URL(href, 'http://site' + page))
      .filter(({ pathname, hash }) => !ids.get(pathname)?.has(decodeURIComponent(hash.slice(1))))
      .map(({ pathname, hash }) => `${page}: ${pathname}${hash}`)
  )
  if (dead.length) throw new Error('anchors that are not there:\n' + dead.join('\n'))
}

export default defineConfig({
  title: 'calico-fleet',
  description: 'Upgrades Project Calico on one cluster or on thousands, driven by events on Kafka.',
  srcDir: pages(),
  outDir: 'target/site',
  cacheDir: 'target/cache',
  rewrites: (page) => page.replace(/(^|\/)README\.md$/, '$1index.md'),
  cleanUrls: true,
  lastUpdated: false,
  buildEnd: anchors,
  markdown: {
    // As on GitHub, and as the pages name them.
    anchor: { slugify: (heading) => heading.toLowerCase().replace(/[^a-z0-9 _-]/g, '').trim().replaceAll(' ', '-') },
    config(md) {
      const open = md.renderer.rules.link_open ?? ((tokens, at, options, env, self) => self.renderToken(tokens, at, options))
      md.renderer.rules.link_open = (tokens, at, options, env, self) => {
        const token = tokens[at]
        const href = token.attrGet('href') ?? ''
        const file = elsewhere(href, env.relativePath)
        if (file === undefined) {
          // A README is the page of its folder.
          if (!/^[a-z]+:/.test(href)) token.attrSet('href', href.replace(/(^|\/)README\.md(?=#|$)/, (_, before) => before || './'))
          return open(tokens, at, options, env, self)
        }
        if (repository) token.attrSet('href', `${repository}/blob/main/${file}`)
        else token.attrs = null
        return self.renderToken(tokens, at, options)
      }
    },
  },
  themeConfig: {
    sidebar: sidebar(),
    outline: 'deep',
    search: { provider: 'local' },
  },
})
