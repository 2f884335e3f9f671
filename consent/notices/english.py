"""The notices in English. A text that was shown is never changed: a new version is added below."""

V1 = """\
You are asked whether this community may make pictures of you with a computer.

What happens to your photos
- A small file is learnt from them that lets the community's own computer draw somebody who looks like you.
- Your photos and that file are stored encrypted, on that computer only, under a key of your own.
- They are not sent to any other service, and they are used for nothing you have not ticked below.
- Photos are cleaned of place, time and camera data before they are stored.

What you can tick, each by itself
- train: learn from my photos.
- generate: draw me when a member asks for it. Every picture is marked as made by a computer.
- nightly: draw me in the nightly pictures, which nobody asked for in particular.
- gallery: show pictures of me in the community's gallery.
- measure_likeness: compare pictures with my photos to see how alike they are. The comparison is not stored.

How long
- Until the date shown with this notice, a year from your yes unless you choose otherwise. Then it ends.

Who decides
- Only you can say yes, and only you can take it back. A moderator confirms that it was you who answered.
- Saying no has no consequences. Nobody, not even the owner of the server, can answer for you.

How to stop
- Say so at any time with `consent withdraw`, without giving a reason. From that moment no picture of you is
  made or delivered, what is on its way stops, and your photos, the learnt file and its pictures are erased.
- What others have already downloaded or posted elsewhere cannot be called back by this computer.

What is written down
- A record of what was asked, agreed, made and erased, under a random number instead of your name. It stays,
  so that you can check what happened; the details in it that are about you are erased with your photos.
"""

V2 = """\
You are asked whether this community may make pictures of you with a computer.

What happens to your photos
- A small file is learnt from them that lets the community's own computer draw somebody who looks like you.
- Your photos and that file are stored encrypted, on that computer only, under a key of your own.
- They are not sent to any other service, and they are used for nothing you have not ticked below.
- Photos are cleaned of place, time and camera data before they are stored. They are deleted once the file has been
  learnt, unless you let them be kept for longer.

What you can tick, each by itself
- train: learn from my photos.
- generate: draw me when a member asks for it. Every picture is marked as made by a computer.
- nightly: draw me in the nightly pictures, which nobody asked for in particular.
- gallery: show pictures of me in the community's gallery.
- measure_likeness: compare pictures with my photos to see how alike they are. The comparison is not stored.

What you can be particular about, now or at any later time
- Who may ask for pictures: every member, unless you say only me, certain people, or a role; and never certain people.
- Where: in every channel, unless you name some.
- How: any kind of picture, unless you say stylised ones only, which nobody takes for a photo.
- What: never nude, hateful, on identity papers or as a child; and nothing else you forbid, in words of your own too.
- With whom: also with others who have agreed, unless you say alone.
- How often: as often as asked, unless you set a number a day.
- Whether you see them first: no, unless you say tell me, or ask me first. Then nobody else sees a picture until you
  have approved it.

How long
- Until the date shown with this notice, a year from your yes unless you choose otherwise, three years at most.
  Then it ends, and what is left is deleted 30 days later. You can renew it before.

Who decides
- Only you can say yes, agree to more, and take it back. A moderator confirms that it was you who answered: they may
  ask you to show yourself saying a few random words. That picture is deleted as soon as they have looked.
- Saying no has no consequences. Nobody, not even the owner of the server, can answer for you. You can say no to
  everybody once and for all with `consent never`.

How to stop
- Take back a part of it at any time with `consent narrow`, or let it rest with `consent pause`.
- End it with `consent withdraw`, without giving a reason. From that moment no picture of you is made or delivered,
  and what is on its way stops. You choose whether your photos, the learnt file and its pictures are erased at once,
  which is what happens unless you say otherwise, or kept until you say so.
- What others have already downloaded or posted elsewhere cannot be called back by this computer.

What is written down
- A record of what was asked, agreed, made and erased, under a random number instead of your name. It stays,
  so that you can check what happened; the details in it that are about you are erased with your photos.
"""

V3 = V2.replace("""\
They are deleted once the file has been
  learnt, unless you let them be kept for longer.
""", """\
They are deleted a day after
  the file that was learnt was handed over, or a week after it was learnt if nobody fetched it, unless you let them be
  kept for longer.
- Your account and the name you are asked under are written down when you are asked, and stay, so that your answer
  can be kept.
""")

TEXTS = {"1": V1, "2": V2, "3": V3}
