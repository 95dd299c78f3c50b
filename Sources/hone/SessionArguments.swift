import Agent
import ArgumentParser
import Platform

/// What every session command takes.
struct SessionArguments: ParsableArguments {
    @Argument(help: "A launch file: a name in launch/, or a path.")
    var launch: String

    @OptionGroup var common: CommonArguments
}
