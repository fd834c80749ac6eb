const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/**
 * A group of radio buttons made of buttons: arrows walk along it and choose, and Tab meets only the one that is chosen,
 * or the first while none is. Returns what each button needs; all of them are inside one `radiogroup`.
 */
export function useRadios<T>(all: () => readonly T[], chosen: () => T, choose: (value: T) => void) {
  function walk(event: KeyboardEvent, index: number) {
    const by = STEPS[event.key]
    const values = all()
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const next = (index + by + values.length) % values.length
    choose(values[next]!)
    ;(event.currentTarget as HTMLElement).closest('[role=radiogroup]')?.querySelectorAll<HTMLElement>('[role=radio]')[next]?.focus()
  }

  return (value: T) => {
    const values = all()
    const index = values.indexOf(value)
    const stop = Math.max(0, values.indexOf(chosen()))
    return {
      type: 'button', role: 'radio', 'aria-checked': value === chosen(), tabindex: index === stop ? 0 : -1, onClick: () => choose(value), onKeydown: (event: KeyboardEvent) => walk(event, index),
    } as const
  }
}
