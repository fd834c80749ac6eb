import { mount, type ComponentMountingOptions } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { type Component, h } from 'vue'
import { i18n, setLanguage } from '@/locales'

/** Mounts a component as the page does: with texts, and inside the provider that tooltips need. */
export function show(component: Component, props: Record<string, unknown>, options: ComponentMountingOptions<unknown> = {}) {
  setLanguage('en')
  return mount(
    { render: () => h(TooltipProvider, null, { default: () => h(component, props) }) },
    { attachTo: document.body, global: { plugins: [i18n], ...options.global } },
  )
}
