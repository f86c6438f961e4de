export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Each asks `quantcell __complete` for what may stand where the cursor is. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# quantcell completion for bash. Put it in effect with: eval "$(quantcell completion bash)"
_quantcell() {
  local word="\${COMP_WORDS[COMP_CWORD]}" IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(quantcell __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "$word"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || compopt -o default
}
complete -F _quantcell quantcell
`,
  zsh: `#compdef quantcell
# quantcell completion for zsh. Put it in effect with: eval "$(quantcell completion zsh)"
_quantcell() {
  local -a candidates
  candidates=("\${(@f)$(quantcell __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=(\${candidates:#})
  if (( \${#candidates} )); then compadd -- "\${candidates[@]}"; else _files; fi
}
compdef _quantcell quantcell
`,
  fish: `# quantcell completion for fish. Put it in effect with: quantcell completion fish | source
function __quantcell_complete
  set -l words (commandline -opc) (commandline -ct)
  quantcell __complete -- $words[2..-1] 2>/dev/null
end
complete -c quantcell -f -a '(__quantcell_complete)'
`,
};

/** `quantcell completion`: to be read by a shell. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
