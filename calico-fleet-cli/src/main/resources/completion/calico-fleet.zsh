#compdef calico-fleet
# zsh completion for calico-fleet:  source <(calico-fleet completion zsh), or a file _calico_fleet in a folder of fpath
_calico_fleet() {
  local program=${words[1]} directive line
  local -a lines candidates
  (( $+commands[$program] )) || [[ -x $program ]] || return 1
  lines=("${(@f)$("$program" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  directive=${lines[-1]}
  for line in "${(@)lines[1,-2]}"; do
    # A colon parts a word from what it is.
    candidates+=("${${line%%$'\t'*}//:/\\:}${${(M)line:#*$'\t'*}:+:${line#*$'\t'}}")
  done
  if (( $#candidates )); then
    _describe 'calico-fleet' candidates
  elif [[ $directive == ':0' ]]; then
    _files
  fi
}
if [[ ${funcstack[1]} == _calico_fleet ]]; then
  # Loaded from fpath, because it is asked.
  _calico_fleet "$@"
else
  compdef _calico_fleet calico-fleet
fi
