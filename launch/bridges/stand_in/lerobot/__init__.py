"""The least of the LeRobot library that a robot of the tests needs, with its names: where the library is not installed.

`launch/bridges/verify_lerobot` runs the same robot on the library itself.
"""
