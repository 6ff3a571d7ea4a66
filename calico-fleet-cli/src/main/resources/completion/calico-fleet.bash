# bash completion for calico-fleet:  source <(calico-fleet completion bash)
_calico_fleet() {
  local line=${COMP_LINE:0:COMP_POINT} current directive word
  local -a words lines
  COMPREPLY=()
  read -ra words <<<"$line"
  case $line in *[[:space:]]) words+=('') ;; esac
  command -v -- "${words[0]}" >/dev/null 2>&1 || return 0
  mapfile -t lines < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
  [ ${#lines[@]} -gt 0 ] || return 0
  directive=${lines[-1]}
  unset 'lines[-1]'
  current=${words[-1]}
  # bash begins a new word after each of these, and replaces only what follows it.
  local kept=${current%"${current##*[=:]}"}
  for word in "${lines[@]}"; do
    word=${word%%$'\t'*}
    COMPREPLY+=("${word#"$kept"}")
  done
  if [ "$directive" = :0 ]; then
    compopt -o default
  fi
}
complete -F _calico_fleet calico-fleet ./calico-fleet
