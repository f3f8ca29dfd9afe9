/**
 * Completion for bash 3.2 and later, by the protocol of tab's other scripts. Tab's own for bash hands the line to
 * `eval`: a `$(…)` or a `> file` on it would be run at each TAB. It also needs bash-completion, which macOS lacks.
 * @param name the command's
 */
export const bashScript = (name: string): string => `# bash completion for ${name}
_${name.replaceAll("-", "_")}() {
  local current=\${COMP_WORDS[COMP_CWORD]} line word words=()
  # Readline splits --option=value into three.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    [[ $word == = ]] || words+=("$word")
  done
  if [[ $current == = ]]; then
    current=
    words+=("")
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      # 4: no file names. Bash 3.2 cannot tell.
      if ((\${line#:} & 4)) && type compopt &>/dev/null; then compopt +o default; fi
    else
      word=\${line%%$'\\t'*}
      [[ $word == "$current"* ]] && COMPREPLY+=("$word")
    fi
  done < <(${name} complete -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _${name.replaceAll("-", "_")} ${name}
`;
