package io.calicofleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./calico-fleet} itself, in a project of its own with a Maven that only pretends; the path has a space in it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ScriptIT {

    @TempDir
    private Path folder;

    private Path project = Path.of(".");

    @BeforeEach
    void copyScript() throws IOException {
        Path home = Path.of(System.getProperty("calico-fleet.home"));
        project = Files.createDirectories(folder.resolve("my project"));
        Files.createDirectories(project.resolve(".mvn"));
        Files.copy(home.resolve(".mvn/find-jdk.sh"), project.resolve(".mvn/find-jdk.sh"));
        Files.copy(home.resolve("calico-fleet"), project.resolve("calico-fleet"));
        Files.writeString(project.resolve("pom.xml"), "<project/>");
    }

    @Test
    void test_passes_on_the_exit_code_and_sums_the_reports_of_all_modules() throws Exception {
        report("old", "  <testcase name=\"x\"/>\n".repeat(100));
        Files.setLastModifiedTime(
                project.resolve("old/target/surefire-reports/TEST-old.xml"),
                java.nio.file.attribute.FileTime.fromMillis(0));
        maven("""
                mkdir -p a/target/surefire-reports b/target/failsafe-reports
                cat > a/target/surefire-reports/TEST-a.xml <<'XML'
                <?xml version="1.0"?>
                <testsuite name="a" tests="0" errors="0" skipped="0" failures="0">
                  <testcase name="of a nested class"/>
                  <testcase name="another">
                    <system-out><![CDATA[it says <testcase> ]]></system-out>
                  </testcase>
                  <testcase name="fails" classname="io.A">
                    <failure message="&quot;a &amp; b&quot; &lt; c&#10;but was: d" type="E"><![CDATA[no]]></failure>
                  </testcase>
                  <testcase name="breaks">
                    <error/>
                  </testcase>
                  <testcase name="does not run">
                    <skipped message="not here"/>
                  </testcase>
                </testsuite>
                XML
                printf '<testsuite>\\n  <testcase/>\\n  <testcase name="x"/>\\n  <testcase\\n name="y"/>\\n</testsuite>\\n' > b/target/failsafe-reports/TEST-b.xml
                echo "args: $*"
                exit 7""");

        Result result = run("test", "-pl", "a");

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.output())
                .contains("args: -B -ntp -pl a -T3 --fail-at-end verify -DskipITs")
                .as("what failed is not built upon")
                .doesNotContain("-DskipUnitTests");
        assertThat(result.output().lines()).contains("failed: io.A fails: \"a & b\" < c", "failed:  breaks: ");
        assertThat(result.output().lines()).last().isEqualTo("5 passed, 2 failed, 1 skipped");
    }

    @Test
    void test_has_all_integration_tests_run_when_all_is_built_and_fails_where_one_of_them_does() throws Exception {
        maven("""
                mkdir -p a/target/surefire-reports a/target/failsafe-reports
                case "$*" in
                  *-DskipITs*) echo '<testcase name="fast"/>' > a/target/surefire-reports/TEST-a.xml ;;
                  *) printf '<testcase name="slow">\\n<failure/>\\n</testcase>\\n' > a/target/failsafe-reports/TEST-b.xml
                     echo "args: $*" ;;
                esac""");

        Result result = run("test", "-pl", "a");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output())
                .contains(
                        "args: -B -ntp -pl a -T3 --fail-at-end verify -DskipUnitTests",
                        "-Dmaven.test.failure.ignore=true");
        assertThat(result.output().lines()).last().isEqualTo("1 passed, 1 failed, 0 skipped");
    }

    @Test
    void test_lets_those_of_the_command_line_wait_for_no_others_and_fails_where_either_do() throws Exception {
        maven("""
                echo "args: $*" | cut -d' ' -f1-8
                case "$*" in *-DskipOtherITs*) exit 3 ;; esac""");

        Result result = run("test", "-Dx=y");

        assertThat(result.exitCode()).as(result.output()).isEqualTo(3);
        assertThat(result.output().lines())
                .contains(
                        "args: -B -ntp -Dx=y -T3 --fail-at-end verify -DskipITs",
                        "args: -B -ntp -Dx=y -pl calico-fleet-cli -am -DskipOtherITs",
                        "args: -B -ntp -Dx=y -pl !calico-fleet-cli -T2 --fail-at-end");
    }

    @Test
    void test_names_what_passed_at_the_second_try_and_takes_no_second_one_of_chaos() throws Exception {
        String report =
                "printf '<testcase name=\"slow\" classname=\"io.%1$s\">\\n<flakyFailure message=\"late\"/>\\n</testcase>\\n'"
                        + " > a/target/failsafe-reports/TEST-a.xml";
        maven("mkdir -p a/target/failsafe-reports; " + report.formatted("SlowIT"));

        Result result = run("test");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output().lines()).contains("passed at the second try: io.SlowIT slow: late");
        assertThat(result.output().lines()).last().isEqualTo("1 passed, 0 failed, 0 skipped");

        maven("mkdir -p a/target/failsafe-reports; " + report.formatted("ChaosIT"));

        result = run("test");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().lines()).contains("failed: io.ChaosIT slow: late");
        assertThat(result.output().lines()).last().isEqualTo("0 passed, 1 failed, 0 skipped");
    }

    @Test
    void test_fails_where_a_test_process_ended_before_it_could_report() throws Exception {
        maven("""
                mkdir -p a/target/failsafe-reports b/target/failsafe-reports
                echo '<testcase name="well"/>' > a/target/failsafe-reports/TEST-a.xml
                echo '<failsafe-summary><failureMessage xsi:nil="true"/></failsafe-summary>' > a/target/failsafe-reports/failsafe-summary.xml
                echo '<failsafe-summary><failureMessage>crashed</failureMessage></failsafe-summary>' > b/target/failsafe-reports/failsafe-summary.xml""");

        Result result = run("test");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("b/target/failsafe-reports/failsafe-summary.xml");
        assertThat(result.output()).doesNotContain("a/target");
        assertThat(result.output().lines()).last().isEqualTo("1 passed, 0 failed, 0 skipped");
    }

    @Test
    void a_build_that_fails_is_exit_code_3_with_its_errors_and_the_log() throws Exception {
        maven("echo '[ERROR] no such thing'; exit 1");

        Result result = run("status");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.output())
                .contains("the build failed", "[ERROR] no such thing", "my project/.calico-fleet/build.log");
        assertThat(project.resolve(".calico-fleet/lock")).doesNotExist();
    }

    @Test
    void it_builds_once_and_again_when_a_source_changed() throws Exception {
        Files.createDirectories(project.resolve("planner-service/src/main"));
        maven("""
                echo built >> builds
                for s in planner executor verifier integrations; do
                  mkdir -p $s-service/target/quarkus-app; touch $s-service/target/quarkus-app/quarkus-run.jar
                done
                mkdir -p calico-fleet-cli/target/lib; touch calico-fleet-cli/target/calico-fleet-cli-1.jar""");

        run("status");
        run("status");
        assertThat(project.resolve("builds")).hasContent("built");
        Files.setLastModifiedTime(
                Files.writeString(project.resolve("planner-service/src/main/New.java"), ""),
                java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        run("status");

        assertThat(Files.readAllLines(project.resolve("builds"))).hasSize(2);
    }

    @Test
    void a_command_that_starts_from_the_archive_of_classes_says_nothing_but_its_own() throws Exception {
        maven("""
                set -e
                for s in planner executor verifier integrations; do
                  mkdir -p $s-service/target/quarkus-app; touch $s-service/target/quarkus-app/quarkus-run.jar
                done
                mkdir -p calico-fleet-cli/target/lib
                cat > Main.java <<'JAVA'
                package io.calicofleet.cli;
                class Main {
                  public static void main(String[] arguments) {
                    System.out.println(String.join(" ", arguments));
                  }
                }
                JAVA
                "$JAVA_HOME/bin/javac" -d classes Main.java
                "$JAVA_HOME/bin/jar" --create --file calico-fleet-cli/target/calico-fleet-cli-1.jar -C classes .""");

        run("status");

        assertThat(project.resolve(".calico-fleet/classes.jsa")).isNotEmptyFile();
        assertThat(run("status").output()).isEqualTo("status\n");
    }

    @Test
    void who_presses_a_key_for_completion_waits_for_no_build() throws Exception {
        maven("echo built >> builds");

        Result result = run("__complete", "ap");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).isEmpty();
        assertThat(project.resolve("builds")).doesNotExist();
    }

    @Test
    void the_lines_of_traffic_are_measured_by_a_program_among_the_tests_which_is_built_first() throws Exception {
        maven("""
                set -e
                echo "args: $*" > args
                cd verifier-service
                cat > ParserBench.java <<'JAVA'
                package io.calicofleet.verifier.core.traffic;
                class ParserBench {
                  public static void main(String[] lines) {
                    System.out.println(lines.length + " arguments, " + System.getProperty("java.class.path"));
                  }
                }
                JAVA
                "$JAVA_HOME/bin/javac" -d target/test-classes ParserBench.java
                printf more.jar > target/bench-classpath""");
        Files.createDirectories(project.resolve("verifier-service/target"));

        assertThat(run("bench", "--traffic-lines").output())
                .endsWith("0 arguments, target/test-classes:target/classes:more.jar\n");
        assertThat(run("bench", "--traffic-lines", "5000").output()).contains("1 arguments");
        assertThat(run("bench", "--traffic-lines", "many").exitCode()).isEqualTo(2);
        assertThat(project.resolve("args")).content().contains("-pl verifier-service -am test-compile");
        maven("exit 1");
        assertThat(run("bench", "--traffic-lines").exitCode()).isEqualTo(3);
    }

    private record Result(int exitCode, String output) {}

    private Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(project.resolve("calico-fleet").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private void maven(String body) throws IOException {
        Path maven = project.resolve("mvnw");
        Files.writeString(maven, "#!/bin/sh\n" + body + "\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
    }

    private void report(String module, String cases) throws IOException {
        Path reports = Files.createDirectories(project.resolve(module).resolve("target/surefire-reports"));
        Files.writeString(reports.resolve("TEST-" + module + ".xml"), "<testsuite>\n" + cases + "</testsuite>\n");
    }
}
