/** The words of the playground and of every Stowage package. In the page's own code, so there is nothing to keep. */
import './glossary.css'
import { GLOSSARY } from './words.ts'

export function Page() {
  return (
    <main className="card">
      <header className="card-head">
        <h2>Glossary</h2>
        <p>
          Each word means one thing, here, in the code and in the counters. This page comes with the script: it asks the
          server nothing, and no cache holds it.
        </p>
      </header>
      <dl className="glossary">
        {GLOSSARY.map(({ word, meaning, seen }) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>
              <p>{meaning}</p>
              {seen !== undefined && <p className="glossary-seen">{seen}</p>}
            </dd>
          </div>
        ))}
      </dl>
    </main>
  )
}
