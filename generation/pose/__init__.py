"""Poses: from a photo, a skeleton map or OpenPose JSON to the eighteen key points a ControlNet is shown.

`read_pose` recognises which of the three it was given.
"""

from generation.pose.figure import NobodyInPicture, Person, Point, Pose

__all__ = ["NobodyInPicture", "Person", "Point", "Pose"]
