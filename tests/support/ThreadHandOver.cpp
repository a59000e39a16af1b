// SPDX-License-Identifier: GPL-3.0-or-later
//
// For the thread sanitizer only. Qt is not built with it, so the sanitizer does not see the locks inside Qt's event queues and
// thread pools, and takes everything that one thread hands to another through them for a race. These functions stand
// before Qt's own of the same name and tell the sanitizer of the order that Qt keeps: what came before a call is there
// when the called function runs. Nothing else changes, and nothing is hidden: two threads that use something without
// handing it over are found as before. This is more exact than suppressions, whose every frame of the event loop would
// suppress all that happens in it.
#include <QMetaObject>
#include <QRunnable>
#include <QThreadPool>

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <utility>

namespace {

/// Calls another slot with what the caller had done before.
class HandedOver : public QtPrivate::QSlotObjectBase {
public:
    explicit HandedOver(QtPrivate::QSlotObjectBase *inner) : QSlotObjectBase(&run), m_inner(inner)
    {
        __tsan_release(this);
    }

private:
    static void run(int which, QSlotObjectBase *self, QObject *receiver, void **arguments, bool *)
    {
        auto *own = static_cast<HandedOver *>(self);
        __tsan_acquire(own);
        if (which == Call) {
            own->m_inner->call(receiver, arguments);
            __tsan_release(own); // for who destroys it, and for a caller who waits
        } else if (which == Destroy) {
            own->m_inner->destroyIfLastRef();
            delete own;
        }
    }

    QtPrivate::QSlotObjectBase *m_inner;
};

class HandedOverWork : public QRunnable {
public:
    HandedOverWork(QThreadPool &pool, std::function<void()> work) : m_pool(pool), m_work(std::move(work))
    {
        __tsan_release(this);
    }
    void run() override
    {
        __tsan_acquire(this);
        m_work();
        m_work = nullptr; // what it holds goes before `waitForDone` may return
        __tsan_release(&m_pool);
    }

private:
    QThreadPool &m_pool;
    std::function<void()> m_work;
};

template <class Function>
Function original(const char *name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

} // namespace

bool QMetaObject::invokeMethodImpl(QObject *object, QtPrivate::QSlotObjectBase *slot, Qt::ConnectionType type,
                                   void *returned)
{
    using Invoke = bool (*)(QObject *, QtPrivate::QSlotObjectBase *, Qt::ConnectionType, void *);
    static const auto invoke = original<Invoke>(
        "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv");
    return invoke(object, new HandedOver(slot), type, returned);
}

void QThreadPool::start(std::function<void()> work, int priority)
{
    start(new HandedOverWork(*this, std::move(work)), priority);
}

bool QThreadPool::waitForDone(int milliseconds)
{
    using Wait = bool (*)(QThreadPool *, int);
    static const auto wait = original<Wait>("_ZN11QThreadPool11waitForDoneEi");
    const bool done = wait(this, milliseconds);
    __tsan_acquire(this);
    return done;
}
