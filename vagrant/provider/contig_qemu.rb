# SPDX-License-Identifier: Apache-2.0
#
# A Vagrant provider that runs the guest with QEMU directly: user network, no root, no box, no daemon. What to run is
# not decided here: `vagrant/vm build --vagrant` leaves QEMU's arguments, image and key in .build/machine.

require "fileutils"
require "securerandom"
require "socket"

module ContigQemu
  class Plugin < Vagrant.plugin("2")
    name "contig_qemu"
    description "Runs the mapcontig guest with QEMU"

    provider(:contig_qemu, box_optional: true, priority: 10) { Provider }
    config(:contig_qemu, :provider) { Config }
  end

  # An error that tells its own text; Vagrant's usual ones are looked up in translations.
  class Error < Vagrant::Errors::VagrantError
    def initialize(text)
      @text = text
      super()
    end

    def error_message
      @text
    end
  end

  class Config < Vagrant.plugin("2", :config)
    # Folder that `vagrant/vm build --vagrant` fills. Whether it is there is asked at start, not when the Vagrantfile
    # is validated: before the first build it is not.
    attr_accessor :folder

    def initialize
      @folder = UNSET_VALUE
    end

    def finalize!
      @folder = nil if @folder == UNSET_VALUE
    end

    def validate(_machine)
      { "contig_qemu" => @folder ? [] : ["folder is not set"] }
    end
  end

  # One guest: its disk, port and QEMU process, all kept in Vagrant's data folder of the machine.
  class Guest
    def initialize(machine)
      @machine = machine
    end

    def created?
      !@machine.id.nil? && File.exist?(disk)
    end

    # The process must be QEMU with our disk: a pid alone may be somebody else's by now.
    def running?
      pid = read("pid").to_i
      pid.positive? && File.read("/proc/#{pid}/cmdline").include?(disk)
    rescue Errno::ENOENT, Errno::ESRCH
      false
    end

    def port
      read("port").to_i
    end

    def key
      File.join(folder, "key")
    end

    def start
      arguments = machine_file("qemu-args").split("\0")
      create unless created?
      write("port", free_port) unless port_free?(port)
      FileUtils.rm_f(path("pid"))
      run("qemu-system-x86_64", *arguments,
          "-append", machine_file("kernel-words").strip,
          "-drive", "file=#{disk.gsub(',', ',,')},if=virtio,format=qcow2",
          "-netdev", "user,id=net,hostfwd=tcp:127.0.0.1:#{port}-:22",
          "-device", "virtio-net-pci,netdev=net",
          "-daemonize", "-pidfile", path("pid"))
    end

    def stop
      return unless running?

      pid = read("pid").to_i
      Process.kill(:TERM, pid)
      100.times do
        return unless running?

        sleep 0.1
      end
      Process.kill(:KILL, pid)
      sleep 0.1 while running?
    rescue Errno::ESRCH
      nil # ended by itself in between
    end

    def destroy
      stop
      %w[disk.qcow2 pid port].each { |name| FileUtils.rm_f(path(name)) }
      @machine.id = nil
    end

    private

    # The id must stay over halt and up, or Vagrant would provision again.
    def create
      image = File.realpath(File.join(folder, "root.ext4"))
      run("qemu-img", "create", "-q", "-f", "qcow2", "-b", image, "-F", "raw", disk)
      @machine.id = SecureRandom.uuid
    end

    def disk
      path("disk.qcow2")
    end

    def path(name)
      @machine.data_dir.join(name).to_s
    end

    def read(name)
      File.exist?(path(name)) ? File.read(path(name)) : ""
    end

    def write(name, text)
      File.write(path(name), text.to_s)
    end

    def folder
      @machine.provider_config.folder
    end

    def machine_file(name)
      File.read(File.join(folder, name))
    rescue Errno::ENOENT
      raise Error, "#{folder}/#{name} is missing. Run: vagrant/vm build --vagrant"
    end

    def free_port
      TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
    end

    def port_free?(port)
      return false if port.zero?

      TCPServer.open("127.0.0.1", port).close
      true
    rescue Errno::EADDRINUSE
      false
    end

    def run(*command)
      result = Vagrant::Util::Subprocess.execute(*command)
      return if result.exit_code.zero?

      raise Error, "#{command.first} failed with status #{result.exit_code}: #{result.stderr.strip}\n" \
                   "If it names a missing image: it was rebuilt since this guest was made; vagrant destroy, then up."
    rescue Vagrant::Errors::CommandUnavailable
      raise Error, "#{command.first} is missing. Run: vagrant/vm build --vagrant"
    end
  end

  class Provider < Vagrant.plugin("2", :provider)
    STATES = {
      running: ["running", "QEMU runs. `vagrant halt` shuts the guest down, `vagrant ssh` enters it."],
      stopped: ["stopped", "The guest is off, its disk is kept. `vagrant up` starts it, `vagrant destroy` removes it."],
      Vagrant::MachineState::NOT_CREATED_ID => ["not created", "There is no guest yet. `vagrant up` makes it."]
    }.freeze

    attr_reader :guest

    def initialize(machine)
      @machine = machine
      @guest = Guest.new(machine)
    end

    def action(name)
      Actions.respond_to?(name) ? Actions.public_send(name) : nil
    end

    def ssh_info
      { host: "127.0.0.1", port: @guest.port, private_key_path: @guest.key } if state.id == :running
    end

    def state
      id = Vagrant::MachineState::NOT_CREATED_ID
      id = @guest.running? ? :running : :stopped if @guest.created?
      Vagrant::MachineState.new(id, *STATES.fetch(id))
    end

    def to_s
      "contig_qemu (#{@machine.id || 'new'})"
    end
  end

  # The middlewares of our own; all else is Vagrant's.
  class Step
    def initialize(app, _env)
      @app = app
    end

    def call(env)
      act(env[:machine].provider.guest, env)
      @app.call(env)
    end
  end

  class Start < Step
    def act(guest, env)
      env[:ui].output("Starting QEMU...")
      guest.start
    end
  end

  class Stop < Step
    def act(guest, _env)
      guest.stop
    end
  end

  class Destroy < Step
    def act(guest, env)
      env[:ui].output("Removing the guest and its disk...")
      guest.destroy
    end
  end

  module Actions
    include Vagrant::Action::Builtin

    NOT_CREATED = Vagrant::MachineState::NOT_CREATED_ID

    def self.up
      build do |b|
        b.use ConfigValidate
        b.use Call, IsState, :running do |env, inner|
          if env[:result]
            inner.use Message, "The guest is running already."
          else
            inner.use boot
          end
        end
      end
    end

    def self.halt
      build do |b|
        b.use Call, IsState, :running do |env, inner|
          if env[:result]
            inner.use Call, GracefulHalt, :stopped, :running do |halted, rest|
              rest.use Stop unless halted[:result]
            end
          else
            inner.use Message, "The guest is not running."
          end
        end
      end
    end

    def self.reload
      build do |b|
        b.use ConfigValidate
        b.use Call, IsState, NOT_CREATED do |env, inner|
          if env[:result]
            inner.use Message, "There is no guest yet; `vagrant up` makes it."
          else
            inner.use halt
            inner.use boot
          end
        end
      end
    end

    def self.destroy
      build do |b|
        b.use Call, IsState, NOT_CREATED do |env, inner|
          if env[:result]
            inner.use Message, "There is no guest."
          else
            inner.use Call, DestroyConfirm do |confirmed, rest|
              if confirmed[:result]
                rest.use ProvisionerCleanup, :before
                rest.use Destroy
              else
                rest.use Message, "The guest is kept."
              end
            end
          end
        end
      end
    end

    def self.provision
      running { |b| b.use Provision }
    end

    def self.ssh
      running { |b| b.use SSHExec }
    end

    def self.ssh_run
      running { |b| b.use SSHRun }
    end

    def self.build(&block)
      Vagrant::Action::Builder.new.tap(&block)
    end

    # Provision acts on the way back, when the steps after it are done.
    def self.boot
      build do |b|
        b.use Provision
        b.use Start
        b.use WaitForCommunicator, [:running]
      end
    end

    def self.running
      build do |b|
        b.use ConfigValidate
        b.use Call, IsState, :running do |env, inner|
          raise Error, "The guest is not running. Run: vagrant up" unless env[:result]

          yield inner
        end
      end
    end

    private_class_method :build, :boot, :running
  end
end
