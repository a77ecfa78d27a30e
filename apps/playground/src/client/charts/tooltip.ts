/** A small box beside the pointer with the values under it, as a uPlot plugin. Pointer only: the same is told in text. */
import type uPlot from 'uplot'

export interface TooltipLine {
  readonly label: string
  readonly value: string
  readonly colour: string
}

export interface TooltipContent {
  readonly title: string
  readonly lines: readonly TooltipLine[]
}

/** Distance from the pointer. */
const GAP_PX = 12

function element(className: string, text: string): HTMLElement {
  const node = document.createElement('span')
  node.className = className
  node.textContent = text
  return node
}

function lineOf({ label, value, colour }: TooltipLine): HTMLElement {
  const line = element('tip-line', '')
  const swatch = element('tip-swatch', '')
  swatch.style.background = colour
  line.append(swatch, element('tip-label', label), element('tip-value', value))
  return line
}

/** @param describe what to show for a position on the x axis. */
export function tooltip(describe: (index: number) => TooltipContent): uPlot.Plugin {
  const box = element('tip', '')
  box.hidden = true

  function place(plot: uPlot, left: number): void {
    const beyond = left + GAP_PX + box.offsetWidth > plot.over.clientWidth
    const wanted = beyond ? left - GAP_PX - box.offsetWidth : left + GAP_PX
    const farthest = plot.over.clientWidth - box.offsetWidth
    box.style.transform = `translateX(${Math.round(Math.max(0, Math.min(wanted, farthest)))}px)`
  }

  return {
    hooks: {
      init: (plot) => {
        plot.over.append(box)
      },
      setCursor: (plot) => {
        const { idx, left } = plot.cursor
        box.hidden = idx === null || idx === undefined || left === undefined || left < 0
        if (box.hidden || idx === null || idx === undefined || left === undefined) return
        const { title, lines } = describe(idx)
        box.replaceChildren(element('tip-title', title), ...lines.map(lineOf))
        place(plot, left)
      },
    },
  }
}
