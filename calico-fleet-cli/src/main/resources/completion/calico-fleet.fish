# fish completion for calico-fleet:  calico-fleet completion fish | source
function __calico_fleet_words
    set -l words (commandline -opc) (commandline -ct)
    type -q -- $words[1]; or return
    set -l lines ($words[1] __complete $words[2..-1] 2>/dev/null)
    test (count $lines) -gt 0; or return
    if test (count $lines) -gt 1
        string join \n -- $lines[1..-2]
    else if test $lines[-1] = ':0'
        __fish_complete_path (commandline -ct)
    end
end
complete -c calico-fleet -f -a '(__calico_fleet_words)'
